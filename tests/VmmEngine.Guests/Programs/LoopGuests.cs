using Iced.Intel;
using VmmEngine.Guests.Running;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Programs;

/// <summary>Guests that never end, and one that changes itself as it goes.</summary>
public static class LoopGuests
{
    private const int Rounds = 100;

    /// <summary>Nothing but a jump to itself.</summary>
    public static TestGuest Endless { get; } = FaultGuests.Flat("endless loop", [GuestEnd.TimedOut], c =>
    {
        Label forever = c.CreateLabel();
        c.Label(ref forever);
        c.jmp(forever);
    });

    /// <summary>A port that is written without end.</summary>
    public static TestGuest PortFlood { get; } = FaultGuests.Flat("port flood", [GuestEnd.TimedOut], c =>
    {
        Label forever = c.CreateLabel();
        c.Label(ref forever);
        c.@out(0x80, al);
        c.jmp(forever);
    });

    /// <summary>Writes the operand of an instruction before each time that it executes it, in the block that it executes.</summary>
    public static TestGuest ModifiesItself { get; } = FaultGuests.Flat("self-modifying code", [GuestEnd.Exited], c =>
    {
        Label next = c.CreateLabel();
        Label changed = c.CreateLabel();
        c.xor(ebx, ebx);
        c.mov(ecx, Rounds);
        c.lea(rsi, __[changed]);
        c.Label(ref next);
        c.mov(__dword_ptr[rsi + 1], ecx);
        c.Label(ref changed);
        c.mov(eax, 0);
        c.add(ebx, eax);
        c.dec(ecx);
        c.jne(next);
        c.cmp(ebx, Rounds * (Rounds + 1) / 2);
        c.ExitUnlessEqual(1);
        c.Exit(0);
    });

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TestGuest> All { get; } = [Endless, PortFlood, ModifiesItself];
}
