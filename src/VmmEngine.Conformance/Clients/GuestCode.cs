namespace VmmEngine.Conformance.Clients;

/// <summary>Where guests have what, and pieces of machine code that several cases use.</summary>
internal static class GuestCode
{
    /// <summary>Bytes of memory, from address 0.</summary>
    public const ulong MemorySize = 0x10_0000;

    /// <summary>Where code is loaded and begins.</summary>
    public const ulong Start = 0x1000;

    /// <summary>Where the handlers are: 16 bytes for each of 256 vectors.</summary>
    public const ulong Handlers = 0x2000;

    public const ulong StackTop = 0x8000;

    /// <summary>A doubleword that guests count in.</summary>
    public const ulong Counter = 0x9000;

    /// <summary>Page tables of 64-bit guests, in the order of a walk: one page, one page, four pages.</summary>
    public const ulong PageTables = 0x1_0000;

    public const ulong DescriptorTable = 0x1_6000;

    public const ulong InterruptTable = 0x1_7000;

    /// <summary>A port that is no device's: guests tell their client something there.</summary>
    public const int Mark = 0x98;

    /// <summary>The port to which a handler outputs its vector.</summary>
    public const int Vector = 0x99;

    /// <summary>inc dword [9000h]; jmp back, in real mode.</summary>
    public static ReadOnlySpan<byte> CountForever => [0x66, 0xFF, 0x06, 0x00, 0x90, 0xEB, 0xF9];

    /// <summary>out 98h, al; jmp back.</summary>
    public static ReadOnlySpan<byte> MarkForever => [0xE6, Mark, 0xEB, 0xFC];

    /// <summary>sti; hlt; jmp back to the hlt.</summary>
    public static ReadOnlySpan<byte> HaltForever => [0xFB, 0xF4, 0xEB, 0xFD];

    /// <summary>cli; hlt; jmp back to the hlt.</summary>
    public static ReadOnlySpan<byte> HaltForGood => [0xFA, 0xF4, 0xEB, 0xFD];

    /// <summary>A handler that tells its vector: push ax (rax); mov al, vector; out 99h, al; pop ax (rax); iret.</summary>
    public static byte[] Handler(int vector, bool is64Bit) => is64Bit
        ? [0x50, 0xB0, (byte)vector, 0xE6, Vector, 0x58, 0x48, 0xCF]
        : [0x50, 0xB0, (byte)vector, 0xE6, Vector, 0x58, 0xCF];

    /// <summary>A handler for each of 256 vectors.</summary>
    public static byte[] HandlersOfAll(bool is64Bit)
    {
        byte[] handlers = new byte[256 * 16];
        for (int vector = 0; vector < 256; vector++)
        {
            Handler(vector, is64Bit).CopyTo(handlers, vector * 16);
        }

        return handlers;
    }

    /// <summary>The interrupt table of real mode, which lies at address 0.</summary>
    public static byte[] RealModeTable()
    {
        byte[] table = new byte[256 * 4];
        for (int vector = 0; vector < 256; vector++)
        {
            BitConverter.TryWriteBytes(table.AsSpan(vector * 4), (ushort)(Handlers + (ulong)(vector * 16)));
        }

        return table;
    }
}
