using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Platform;

/// <summary>The IO-APIC, and the devices that reach the local APIC through it. The local APIC is in xAPIC mode.</summary>
internal static class IoApicSteps
{
    public const uint Masked = 1 << 16;
    public const uint Level = 1 << 15;

    private const ulong Select = 0xFEC0_0000;
    private const ulong Window = 0xFEC0_0010;
    private const uint Id = 0;
    private const uint Version = 1;
    private const uint RemoteIrr = 1 << 14;
    private const uint Logical = 1 << 11;
    private const uint LowestPriority = 1 << 8;
    private const uint NmiMode = 4 << 8;
    private const int Pin = 10;
    private const int TimerPin = 2;
    private const int ClockPin = 8;
    private const int LastPin = 31;

    /// <summary>Sets up a pin.</summary>
    public static void Redirect(PlatformProgram p, int pin, uint low, uint destination = 0)
    {
        Write(p, Redirection(pin) + 1, destination << 24);
        Write(p, Redirection(pin), low);
    }

    public static void Write(PlatformProgram p)
    {
        p.Device("IO-APIC");
        Registers(p);
        Edges(p);
        Levels(p);
        Destinations(p);
        Devices(p);
    }

    private static uint Redirection(int pin) => 0x10 + (2 * (uint)pin);

    private static void Read(PlatformProgram p, uint register)
    {
        p.Write32(Select, register);
        p.Read32(Window);
    }

    private static void Write(PlatformProgram p, uint register, uint value)
    {
        p.Write32(Select, register);
        p.Write32(Window, value);
    }

    private static void Registers(PlatformProgram p)
    {
        Read(p, Version);
        p.C.movzx(eax, al);
        p.Answer("version", 0x11);
        Read(p, Version);
        p.C.shr(eax, 16);
        p.C.movzx(eax, al);
        p.Answer("last pin", LastPin);
        Write(p, Id, 0x0500_0000);
        Read(p, Id);
        p.Answer("id", 0x0500_0000);
        Write(p, Id, 0);
        Read(p, Redirection(Pin));
        p.Answer("a pin after power-on", Masked);
        Redirect(p, Pin, Masked | Level | 0x61, destination: 0xA5);
        Read(p, Redirection(Pin));
        p.Answer("low half of its entry", Masked | Level | 0x61);
        Read(p, Redirection(Pin) + 1);
        p.Answer("high half of its entry", 0xA500_0000);
    }

    private static void Edges(PlatformProgram p)
    {
        Redirect(p, Pin, 0x61);
        p.Command(PlatformCommand.PulsePin, Pin);
        p.Expect("an edge", 0x61);
        p.Command(PlatformCommand.AssertPin, Pin);
        p.Expect("an edge that stays", 0x61);
        p.ExpectNothing("comes once");
        p.Command(PlatformCommand.DeassertPin, Pin);
        p.ExpectNothing("and ends silently");
        Redirect(p, Pin, Masked | 0x61);
        p.Command(PlatformCommand.PulsePin, Pin);
        Redirect(p, Pin, 0x61);
        p.ExpectNothing("an edge at a masked pin is lost");
        Redirect(p, LastPin, 0x62);
        p.Command(PlatformCommand.PulsePin, LastPin);
        p.Expect("the last pin", 0x62);
    }

    private static void Levels(PlatformProgram p)
    {
        p.OnArrival(0x63, 2, PlatformCommand.DeassertPin, Pin);
        Redirect(p, Pin, Level | 0x63);
        p.Command(PlatformCommand.AssertPin, Pin);
        p.ExpectLevel("a level that stays until the second interrupt", 0x63, 2);
        p.ExpectNothing("the level is withdrawn");

        p.Hold(0x64);
        p.OnArrival(0x64, 1, PlatformCommand.DeassertPin, Pin);
        Redirect(p, Pin, Level | 0x64);
        p.Command(PlatformCommand.AssertPin, Pin);
        p.ExpectLevel("a level whose end is held back", 0x64, 1);
        Read(p, Redirection(Pin));
        p.C.and(eax, (int)RemoteIrr);
        p.AnswerInService("it is with the local APIC", RemoteIrr, 0);
        p.Hold(0);
        p.Write32(LocalApicSteps.Page + 0xB0, 0);
        Read(p, Redirection(Pin));
        p.C.and(eax, (int)RemoteIrr);
        p.Answer("until its end", 0);

        Redirect(p, Pin, Masked | Level | 0x65);
        p.OnArrival(0x65, 1, PlatformCommand.DeassertPin, Pin);
        p.Command(PlatformCommand.AssertPin, Pin);
        p.ExpectNothing("a level at a masked pin");
        Redirect(p, Pin, Level | 0x65);
        p.ExpectLevel("comes when the pin is open", 0x65, 1);
    }

    private static void Destinations(PlatformProgram p)
    {
        Redirect(p, Pin, Logical | 0x66, destination: 1);
        p.Command(PlatformCommand.PulsePin, Pin);
        p.Expect("to the logical id", 0x66);
        Redirect(p, Pin, LowestPriority | 0x67);
        p.Command(PlatformCommand.PulsePin, Pin);
        p.Expect("to the least urgent", 0x67);
        Redirect(p, Pin, 0x68, destination: 9);
        p.Command(PlatformCommand.PulsePin, Pin);
        p.ExpectNothing("to an id that nobody has");
        Redirect(p, Pin, NmiMode);
        p.Command(PlatformCommand.PulsePin, Pin);
        p.Expect("as NMI", 2);
        Redirect(p, Pin, Masked);
    }

    private static void Devices(PlatformProgram p)
    {
        Redirect(p, TimerPin, 0x69);
        p.StartTime();
        PitSteps.OneShot(p, PitSteps.TenMilliseconds);
        p.Expect("the 8254 at pin 2", 0x69);
        p.AnswerAfter("after its time", 10_000);
        Redirect(p, TimerPin, Masked);

        Redirect(p, ClockPin, 0x6A);
        RtcSteps.Read(p, RtcSteps.RegisterC);
        RtcSteps.Write(p, RtcSteps.RegisterB, RtcSteps.Hours24 | RtcSteps.PeriodicInterrupts);
        p.Expect("the clock at pin 8", 0x6A);
        RtcSteps.Write(p, RtcSteps.RegisterB, RtcSteps.Hours24);
        RtcSteps.Read(p, RtcSteps.RegisterC);
        Redirect(p, ClockPin, Masked);

        Redirect(p, UartSteps.Line, 0x6B);
        p.Out8(UartSteps.Port + 1, 2);
        p.Expect("COM1 at pin 4", 0x6B);
        p.Out8(UartSteps.Port + 1, 0);
        Redirect(p, UartSteps.Line, Masked);
        p.Forget();
    }
}
