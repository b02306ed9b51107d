using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Platform;

/// <summary>The 8254 with port 0x61.</summary>
internal static class PitSteps
{
    public const int TenMilliseconds = 11_932;

    private const ushort Channel0 = 0x40;
    private const ushort Channel2 = 0x42;
    private const ushort Control = 0x43;
    private const ushort PortB = 0x61;
    private const byte TimerLine = PlatformHandlers.FirstLine;
    private const int Output = 0x20;

    /// <summary>Counter 0 fires once, after a count.</summary>
    public static void OneShot(PlatformProgram p, int count)
    {
        p.Out8(Control, 0x30);
        p.Out8(Channel0, count & 0xFF);
        p.Out8(Channel0, count >> 8);
    }

    public static void Write(PlatformProgram p)
    {
        p.Device("8254");
        Counter(p);
        Interrupts(p);
        Speaker(p);
        PicSteps.Silence(p);
    }

    private static void Counter(PlatformProgram p)
    {
        Label again = p.C.CreateLabel();
        p.Out8(Control, 0x34);
        p.Out8(Channel0, 0);
        p.Out8(Channel0, 0);
        p.Out8(Control, 0xE2); // status of counter 0
        p.In8(Channel0);
        p.C.and(eax, 0x3F);
        p.Answer("status of counter 0", 0x34);
        Latch(p);
        p.C.mov(ebx, eax);
        p.C.Label(ref again);
        Latch(p);
        p.C.cmp(eax, ebx);
        p.C.je(again);
        p.AnswerIf("counter 0 counts", p.C.setne);
    }

    private static void Latch(PlatformProgram p)
    {
        p.Out8(Control, 0);
        p.In8(Channel0);
        p.C.mov(ecx, eax);
        p.In8(Channel0);
        p.C.shl(eax, 8);
        p.C.or(eax, ecx);
    }

    private static void Interrupts(PlatformProgram p)
    {
        PicSteps.Silence(p);
        PicSteps.Open(p, 0);
        OneShot(p, 1); // ends what counted before
        p.Wait(1);
        p.Settle(5);
        p.Forget();
        p.StartTime();
        OneShot(p, TenMilliseconds);
        p.Command(PlatformCommand.Pause);
        p.Expect("mode 0", TimerLine);
        p.AnswerAfter("after its time", 10_000);
        p.ExpectNothing("once");

        p.StartTime();
        p.Out8(Control, 0x34);
        p.Out8(Channel0, 0x53);
        p.Out8(Channel0, 0x09); // 2 ms
        p.Command(PlatformCommand.Pause);
        p.Expect("mode 2", TimerLine, TimerLine, TimerLine);
        p.AnswerAfter("after three periods", 6_000);
        PicSteps.Open(p);
        OneShot(p, 1);
        p.Settle();
        p.Forget();
    }

    private static void Speaker(PlatformProgram p)
    {
        Label again = p.C.CreateLabel();
        p.Out8(PortB, 3);
        p.In8(PortB);
        p.C.and(eax, 3);
        p.Answer("gate and speaker, on", 3);
        p.Out8(PortB, 0);
        p.In8(PortB);
        p.C.and(eax, 3);
        p.Answer("gate and speaker, off", 0);
        p.Out8(PortB, 1);
        p.StartTime();
        p.Out8(Control, 0xB0);
        p.Out8(Channel2, TenMilliseconds & 0xFF);
        p.Out8(Channel2, TenMilliseconds >> 8);
        p.C.Label(ref again);
        p.In8(PortB);
        p.C.test(al, Output);
        p.C.je(again);
        p.AnswerAfter("counter 2's output rises after its time", 10_000);
        p.Out8(PortB, 0);
    }
}
