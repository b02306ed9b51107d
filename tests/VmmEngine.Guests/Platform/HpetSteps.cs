using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Platform;

/// <summary>The high precision event timer.</summary>
internal static class HpetSteps
{
    private const ulong Page = 0xFED0_0000;
    private const ulong Capabilities = Page;
    private const ulong Configuration = Page + 0x10;
    private const ulong Status = Page + 0x20;
    private const ulong Counter = Page + 0xF0;
    private const ulong Timer0 = Page + 0x100;
    private const ulong Timer1 = Page + 0x120;
    private const uint Level = 1 << 1;
    private const uint Enabled = 1 << 2;
    private const uint Periodic = 1 << 3;
    private const uint SetsComparator = 1 << 6;
    private const uint SendsMessage = 1 << 14;
    private const int RouteShift = 9;
    private const uint Milliseconds10 = 167_773;
    private const uint Milliseconds2 = 33_555;

    private const int Pin = 24;

    public static void Write(PlatformProgram p)
    {
        p.Device("HPET");
        Registers(p);
        ThroughPin(p);
        ByLevel(p);
        ByMessage(p);
        p.Write32(Configuration, 0);
    }

    private static void Registers(PlatformProgram p)
    {
        Label again = p.C.CreateLabel();
        p.Read32(Capabilities);
        p.Answer("capabilities", 0x8086_0701);
        p.Read32(Capabilities + 4);
        p.Answer("femtoseconds in a tick", 59_604_644);
        p.Read32(Timer0 + 4);
        p.Answer("pins that a timer may have", 0xFF00_0000);
        p.Write32(Configuration, 0);
        p.Write32(Counter, 0x1234);
        p.Read32(Counter);
        p.Answer("the counter stands still", 0x1234);
        p.Write32(Counter, 0);
        p.Write32(Configuration, 1);
        p.C.Label(ref again);
        p.Read32(Counter);
        p.C.test(eax, eax);
        p.C.je(again);
        p.C.cmp(eax, 0);
        p.AnswerIf("the counter counts", p.C.setne);
    }

    private static void ThroughPin(PlatformProgram p)
    {
        IoApicSteps.Redirect(p, Pin, 0x71);
        p.Write32(Timer0, ((uint)Pin << RouteShift) | Enabled);
        Begin(p, Timer0, Milliseconds10);
        p.Command(PlatformCommand.Pause);
        p.Expect("one shot at its pin", 0x71);
        p.AnswerAfter("after its time", 10_000);
        p.ExpectNothing("one shot is one");

        p.Write32(Timer0, ((uint)Pin << RouteShift) | Enabled | Periodic | SetsComparator);
        Begin(p, Timer0, Milliseconds2, Milliseconds2);
        p.Command(PlatformCommand.Pause);
        p.Expect("periodic", 0x71, 0x71, 0x71);
        p.AnswerAfter("after three periods", 6_000);
        p.Write32(Timer0, 0);
        p.Settle();
        p.Forget();
    }

    private static void ByLevel(PlatformProgram p)
    {
        IoApicSteps.Redirect(p, Pin, IoApicSteps.Level | 0x72);
        p.Hold(0x72);
        p.Write32(Timer0, ((uint)Pin << RouteShift) | Enabled | Level);
        Begin(p, Timer0, Milliseconds2);
        p.Expect("by its level", 0x72);
        p.Read32(Status);
        p.Answer("its status", 1);
        p.Command(PlatformCommand.Pause);
        p.Write32(Status, 1);
        p.Read32(Status);
        p.Answer("its status cleared", 0);
        p.Hold(0);
        p.Write32(LocalApicSteps.Page + 0xB0, 0);
        p.Settle();
        p.Forget();
        p.ExpectNothing("the level is withdrawn");
        p.Write32(Timer0, 0);
        IoApicSteps.Redirect(p, Pin, IoApicSteps.Masked);
    }

    private static void ByMessage(PlatformProgram p)
    {
        p.Write32(Timer1 + 0x10, 0x73);
        p.Write32(Timer1 + 0x14, (uint)LocalApicSteps.Page);
        p.Write32(Timer1, SendsMessage | Enabled);
        Begin(p, Timer1, Milliseconds2);
        p.Expect("by a message", 0x73);
        p.Write32(Timer1, 0);
    }

    // The counter begins at 0 when the comparator is set: none of its ticks is lost on the way, however slow the host is.
    private static void Begin(PlatformProgram p, ulong timer, uint ticks, uint period = 0)
    {
        p.Write32(Configuration, 0);
        p.Write32(Counter, 0);
        p.Write32(timer + 8, ticks);
        if (period != 0)
        {
            p.Write32(timer + 8, period);
        }

        p.StartTime();
        p.Write32(Configuration, 1);
    }
}
