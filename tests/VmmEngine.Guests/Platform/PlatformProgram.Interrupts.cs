using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Platform;

/// <content>Interrupts that have come, and time, which the power management timer gives.</content>
internal sealed partial class PlatformProgram
{
    /// <summary>Ticks of the power management timer in a millisecond, rounded down.</summary>
    public const int TicksPerMillisecond = 3579;

    // So long that only an interrupt which is lost takes it.
    private const int LongestWait = 30_000 * TicksPerMillisecond;

    /// <summary>Waits with interrupts enabled until so many have come. An interrupt that never comes ends the wait too, and is missing in what is written down.</summary>
    public void Wait(int count)
    {
        Label again = C.CreateLabel();
        Label done = C.CreateLabel();
        In32(PlatformGuest.PmTimerPort);
        C.mov(__dword_ptr[PlatformGuest.WaitStart], eax);
        C.Label(ref again);
        C.cmp(__dword_ptr[PlatformGuest.Count], count);
        C.jae(done);
        Window();
        C.sub(eax, __dword_ptr[PlatformGuest.WaitStart]);
        C.cmp(eax, LongestWait);
        C.jb(again);
        C.Label(ref done);
        C.nop();
    }

    /// <summary>Lets a time pass with interrupts enabled, in which one that should not come would.</summary>
    public void Settle(int milliseconds = 10)
    {
        Label again = C.CreateLabel();
        In32(PlatformGuest.PmTimerPort);
        C.mov(__dword_ptr[PlatformGuest.WaitStart], eax);
        C.Label(ref again);
        Window();
        C.sub(eax, __dword_ptr[PlatformGuest.WaitStart]);
        C.cmp(eax, milliseconds * TicksPerMillisecond);
        C.jb(again);
    }

    /// <summary>Waits for interrupts and writes their vectors down, the last one in the lowest byte.</summary>
    /// <param name="step">What is asked.</param>
    /// <param name="vectors">The vectors, in the order in which they come; the program waits for so many, and does not look at more.</param>
    public void Expect(string step, params ReadOnlySpan<byte> vectors)
    {
        Wait(vectors.Length);
        Take(vectors.Length);
        Answer(step, Pack(vectors));
    }

    /// <summary>Waits for a level-triggered vector that withdraws itself at its last arrival, and writes down how often it comes.</summary>
    public void ExpectLevel(string step, byte vector, int times)
    {
        Wait(times);
        Settle();
        C.mov(eax, __dword_ptr[PlatformGuest.Count]);
        AnswerInService(step, (ulong)times, (ulong)times + 1);
        C.movzx(eax, __byte_ptr[PlatformGuest.Vectors]);
        Answer("its vector", vector);
        Forget();
    }

    /// <summary>Writes down what comes within a time; a KVM that ends interrupts by itself may give another vector, or one.</summary>
    public void ExpectInService(string step, byte vector, byte endedAtOnce)
    {
        Settle();
        Take(sizeof(ulong));
        AnswerInService(step, vector, endedAtOnce);
    }

    /// <summary>Lets a time pass, and writes down what has come: nothing, if all is well.</summary>
    public void ExpectNothing(string step)
    {
        Settle();
        Take(sizeof(ulong));
        Answer(step, 0);
    }

    /// <summary>Writes down what has come already.</summary>
    public void Came(string step, params ReadOnlySpan<byte> vectors)
    {
        Take(sizeof(ulong));
        Answer(step, Pack(vectors));
    }

    /// <summary>Writes down what has come already, and is another thing where the kernel has the device.</summary>
    public void CameOtherwiseOnKvm(string step, byte vector, byte onKvm, string why)
    {
        Take(sizeof(ulong));
        Answer(step, vector, onKvm, why);
    }

    /// <summary>Forgets what has come.</summary>
    public void Forget() => C.mov(__dword_ptr[PlatformGuest.Count], 0);

    /// <summary>Time is measured from here on.</summary>
    public void StartTime()
    {
        In32(PlatformGuest.PmTimerPort);
        C.mov(__dword_ptr[PlatformGuest.TimeStart], eax);
    }

    /// <summary>Writes down whether at least so much time has passed: an interrupt comes after its time, or late, but not before.</summary>
    /// <param name="step">What is asked.</param>
    /// <param name="microseconds">The time, of which a hundredth may be missing: clocks are rounded.</param>
    public void AnswerAfter(string step, int microseconds)
    {
        In32(PlatformGuest.PmTimerPort);
        C.sub(eax, __dword_ptr[PlatformGuest.TimeStart]);
        C.cmp(eax, (int)((long)microseconds * TicksPerMillisecond * 99 / 100_000));
        AnswerIf(step, C.setae);
    }

    /// <summary>The handler of this vector leaves it in service, until <see cref="Hold"/> is called with another; 0: none.</summary>
    public void Hold(byte vector) => C.mov(__dword_ptr[PlatformGuest.Held], vector);

    /// <summary>When the vector has come so many times, its handler asks for something before it ends the interrupt.</summary>
    public void OnArrival(byte vector, int times, PlatformCommand command, int argument)
    {
        C.mov(__dword_ptr[PlatformGuest.Watched], vector);
        C.mov(__dword_ptr[PlatformGuest.WatchedLeft], times);
        C.mov(__dword_ptr[PlatformGuest.WatchedCommand], CommandWord(command, argument));
    }

    // A moment with interrupts enabled, in which the guest reads the time: that is an exit, behind which every kind of KVM delivers what is pending.
    private void Window()
    {
        C.mov(edx, PlatformGuest.PmTimerPort);
        C.sti();
        C.nop();
        C.@in(eax, dx);
        C.nop();
        C.cli();
    }

    // Up to eight vectors into RAX.
    private void Take(int most)
    {
        Label next = C.CreateLabel();
        Label done = C.CreateLabel();
        C.xor(eax, eax);
        C.xor(ecx, ecx);
        C.Label(ref next);
        C.cmp(ecx, __dword_ptr[PlatformGuest.Count]);
        C.jae(done);
        C.cmp(ecx, most);
        C.jae(done);
        C.shl(rax, 8);
        C.mov(al, __byte_ptr[rcx + PlatformGuest.Vectors]);
        C.inc(ecx);
        C.jmp(next);
        C.Label(ref done);
        Forget();
    }

    private static ulong Pack(ReadOnlySpan<byte> vectors)
    {
        ulong packed = 0;
        foreach (byte vector in vectors)
        {
            packed = (packed << 8) | vector;
        }

        return packed;
    }
}
