using System.Runtime.InteropServices;

namespace VmmEngine.Kvm;

/// <summary>The signal that makes a thread leave KVM_RUN.</summary>
/// <remarks>
/// <para>A thread that runs vCPUs blocks it; KVM_SET_SIGNAL_MASK opens it inside KVM_RUN only. It is therefore never delivered: KVM_RUN sees it
/// pending and returns EINTR, and the thread takes it out of the queue. One that arrives outside waits for the next KVM_RUN, which then returns at
/// once and is repeated. The runtime's own signals are closed out of KVM_RUN by the same mask, and without <see cref="KvmOptions.ThreadSignals"/> everybody's.</para>
/// <para>Its handler is a function of libc that computes something and returns: no managed code runs in a signal handler, and a late kick
/// to a thread that does not block the signal does no harm.</para>
/// </remarks>
internal static unsafe partial class KickSignal
{
    /// <summary>SIGRTMAX-2. The first ones are glibc's and the runtime's.</summary>
    public const int Number = 62;

    /// <summary>By which the runtime suspends threads: SIGRTMIN. A thread inside KVM_RUN need not be.</summary>
    private const ulong RuntimeSet = 1UL << (34 - 1);

    private const int Block = 0;
    private const int Restart = 0x1000_0000;
    private const int TgkillNumber = 234;
    private const int GettidNumber = 186;

    private static readonly int Process = Environment.ProcessId;

    [ThreadStatic]
    private static int Thread;

    static KickSignal()
    {
        SignalAction action = new() { Handler = NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "abs"), Flags = Restart };
        _ = SetAction(Number, &action, null);
    }

    /// <summary>A signal set of 64 signals with only this one.</summary>
    public static ulong Set => 1UL << (Number - 1);

    /// <summary>Makes sure that the calling thread blocks the signal.</summary>
    /// <returns>The thread, as <see cref="Send"/> wants it.</returns>
    public static int PrepareThread()
    {
        if (Thread == 0)
        {
            SignalSet set = default;
            set.Words[0] = Set;
            _ = SetMask(Block, &set, null);
            Thread = (int)LibC.SystemCall(GettidNumber, 0, 0, 0);
        }

        return Thread;
    }

    /// <summary>What KVM_RUN is to keep closed for the calling thread's own signals to be open as the thread has them: all that it blocks but the kick.</summary>
    public static ulong BlockedBesides()
    {
        SignalSet blocked = default;
        _ = SetMask(Block, null, &blocked);
        return (blocked.Words[0] | RuntimeSet) & ~Set;
    }

    /// <summary>Sends the signal. That the thread has ended meanwhile, or has many of them waiting, does not matter.</summary>
    public static void Send(int thread) => _ = LibC.SystemCall(TgkillNumber, Process, thread, Number);

    /// <summary>Takes all of them out of the calling thread's queue.</summary>
    public static void Drain()
    {
        SignalSet set = default;
        set.Words[0] = Set;
        TimeSpecification now = default;
        while (Await(&set, null, &now) == Number)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int SetAction(int signal, SignalAction* action, SignalAction* old);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static partial int SetMask(int how, SignalSet* set, SignalSet* old);

    [LibraryImport("libc", EntryPoint = "sigtimedwait")]
    private static partial int Await(SignalSet* set, void* information, TimeSpecification* timeout);

    /// <summary>sigset_t of the C libraries: 1024 bits, whatever the kernel uses of them.</summary>
    private struct SignalSet
    {
        public fixed ulong Words[16];
    }

    private struct TimeSpecification
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    private struct SignalAction
    {
        public nint Handler;
        public SignalSet Mask;
        public int Flags;
        public nint Restorer;
    }
}
