using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Platform;

/// <summary>COM1, which is no chip of the VM: a front end has it, and pulls its line.</summary>
internal static class UartSteps
{
    /// <summary>The first of its ports.</summary>
    public const ushort Port = 0x3F8;

    /// <summary>Its line.</summary>
    public const int Line = 4;

    private const ushort InterruptEnable = Port + 1;
    private const ushort InterruptIdentification = Port + 2;
    private const ushort ModemControl = Port + 4;
    private const ushort LineStatus = Port + 5;
    private const ushort ModemStatus = Port + 6;
    private const ushort Scratch = Port + 7;
    private const byte Vector = PlatformHandlers.FirstLine + Line;

    public static void Write(PlatformProgram p)
    {
        p.Device("COM1");
        p.Out8(Scratch, 0xA7);
        p.In8(Scratch);
        p.Answer("scratch register", 0xA7);
        p.In8(LineStatus);
        p.Answer("line status", 0x60);
        p.Out8(Port, 'P');
        p.Out8(ModemControl, 0x1F); // loopback, every output on
        p.In8(ModemStatus);
        p.C.and(eax, 0xF0);
        p.Answer("modem lines looped back", 0xF0);
        p.Out8(Port, 0x3C);
        p.In8(LineStatus);
        p.Answer("a byte looped back is there", 0x61);
        p.In8(Port);
        p.Answer("the byte", 0x3C);

        PicSteps.Open(p, Line);
        p.Out8(ModemControl, 0x0B);
        p.Out8(InterruptEnable, 2);
        p.Expect("interrupt because it is empty", Vector);
        p.In8(InterruptIdentification);
        p.C.and(eax, 0x0F);
        p.Answer("its identification", 2);
        p.In8(InterruptIdentification);
        p.C.and(eax, 0x0F);
        p.Answer("identified once", 1);
        p.Out8(InterruptEnable, 0);
        PicSteps.Silence(p);
    }
}
