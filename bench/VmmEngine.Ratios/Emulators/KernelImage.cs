using System.Buffers.Binary;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Ratios.Emulators;

/// <summary>
/// A kernel as an ELF32 image with a multiboot header: 32-bit code switches to long mode on ready-made page tables of 4 KiB pages, runs the kernel,
/// and writes the low byte of its result to the exit port.
/// </summary>
internal sealed class KernelImage
{
    /// <summary>The image's physical address; everything lies below 64 MiB.</summary>
    public const uint LoadAddress = 0x100000;

    /// <summary>Root of the page tables: 64 MiB mapped one to one.</summary>
    public const uint PageTables = 0x101000;

    /// <summary>The kernel's code in long mode.</summary>
    public const uint Code = 0x130000;

    /// <summary>The stack grows down from here.</summary>
    public const uint StackTop = 0x80000;

    /// <summary>Free memory for the kernel's data.</summary>
    public const uint Data = 0x1000000;

    private const uint GdtAddress = 0x100F00;
    private const uint Leaves = 0x104000;
    private const int MappedMegabytes = 64;
    private const ushort ExitPort = 0xF4;
    private const uint MultibootMagic = 0x1BADB002;
    private const int ElfHeader = 52;
    private const int ProgramHeader = 32;
    private const int FileOffset = 0x1000;

    private KernelImage(byte[] memory) => Memory = memory;

    /// <summary>The bytes from <see cref="LoadAddress"/> on.</summary>
    public byte[] Memory { get; }

    /// <summary>Builds one.</summary>
    /// <param name="kernel">Leaves a result in RAX.</param>
    public static KernelImage Build(Action<Assembler> kernel)
    {
        byte[] code = Assemble(64, Code, assembler =>
        {
            kernel(assembler);
            FoldResult(assembler);
            assembler.mov(edx, ExitPort);
            assembler.@out(dx, al);
            assembler.hlt();
        });
        byte[] memory = new byte[Code - LoadAddress + code.Length];
        code.CopyTo(memory, (int)(Code - LoadAddress));
        WriteTables(memory);
        WriteStub(memory);
        return new KernelImage(memory);
    }

    // Every bit of RAX gets a say in the few that are handed out.
    private static void FoldResult(Assembler assembler)
    {
        foreach (byte bits in (ReadOnlySpan<byte>)[32, 16, 7])
        {
            assembler.mov(rdx, rax);
            assembler.shr(rdx, bits);
            assembler.xor(rax, rdx);
        }
    }

    /// <summary>The image as a file.</summary>
    public byte[] ToElf()
    {
        byte[] file = new byte[FileOffset + Memory.Length];
        ReadOnlySpan<byte> identification = [0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1];
        identification.CopyTo(file);
        Put16(file, 16, 2); // executable
        Put16(file, 18, 3); // i386
        Put32(file, 20, 1);
        Put32(file, 24, LoadAddress + 0x10);
        Put32(file, 28, ElfHeader);
        Put16(file, 40, ElfHeader);
        Put16(file, 42, ProgramHeader);
        Put16(file, 44, 1);
        Put32(file, ElfHeader, 1); // loadable
        Put32(file, ElfHeader + 4, FileOffset);
        Put32(file, ElfHeader + 8, LoadAddress);
        Put32(file, ElfHeader + 12, LoadAddress);
        Put32(file, ElfHeader + 16, (uint)Memory.Length);
        Put32(file, ElfHeader + 20, (uint)Memory.Length);
        Put32(file, ElfHeader + 24, 7);
        Put32(file, ElfHeader + 28, FileOffset);
        Memory.CopyTo(file, FileOffset);
        return file;
    }

    private static void WriteTables(byte[] memory)
    {
        const uint presentWritable = 3;
        Put32(memory, PageTables - LoadAddress, (PageTables + 0x1000) | presentWritable);
        Put32(memory, PageTables + 0x1000 - LoadAddress, (PageTables + 0x2000) | presentWritable);
        for (uint table = 0; table < MappedMegabytes / 2; table++)
        {
            uint leaves = Leaves + (table * 0x1000);
            Put32(memory, PageTables + 0x2000 - LoadAddress + (table * 8), leaves | presentWritable);
            for (uint page = 0; page < 512; page++)
            {
                Put32(memory, leaves - LoadAddress + (page * 8), (((table * 512) + page) << 12) | presentWritable);
            }
        }
    }

    private static void WriteStub(byte[] memory)
    {
        Put32(memory, 0, MultibootMagic);
        Put32(memory, 4, 0);
        Put32(memory, 8, unchecked(0 - MultibootMagic));

        // null, 64-bit code
        BinaryPrimitives.WriteUInt64LittleEndian(memory.AsSpan((int)(GdtAddress - LoadAddress) + 8), 0x00AF_9A00_0000_FFFF);
        Put16(memory, GdtAddress - LoadAddress + 0x20, 15);
        Put32(memory, GdtAddress - LoadAddress + 0x22, GdtAddress);

        byte[] stub = Assemble(32, LoadAddress + 0x10, assembler =>
        {
            assembler.lgdt(__[GdtAddress + 0x20]);
            assembler.mov(eax, 0x620); // PAE, OSFXSR, OSXMMEXCPT
            assembler.mov(cr4, eax);
            assembler.mov(eax, PageTables);
            assembler.mov(cr3, eax);
            assembler.mov(ecx, 0xC0000080);
            assembler.rdmsr();
            assembler.or(eax, 0x100); // LME
            assembler.wrmsr();
            assembler.mov(eax, 0x80000011); // PG, ET, PE
            assembler.mov(cr0, eax);
            assembler.db(0xEA, 0, 0, (byte)(Code >> 16), 0, 8, 0); // far jump to the 64-bit code
        });
        stub.CopyTo(memory, 0x10);
    }

    private static byte[] Assemble(int bitness, ulong address, Action<Assembler> write)
    {
        Assembler assembler = new(bitness);
        write(assembler);
        using MemoryStream stream = new();
        assembler.Assemble(new StreamCodeWriter(stream), address);
        return stream.ToArray();
    }

    private static void Put16(byte[] bytes, long offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan((int)offset), value);

    private static void Put32(byte[] bytes, long offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan((int)offset), value);
}
