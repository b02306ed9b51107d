using System.Runtime.CompilerServices;
using VmmEngine.Locks;

namespace VmmEngine.RunLoop;

/// <summary>
/// A run of a client's thread ends when a signal's handler has run there: with BOGUS on FreeBSD's device, with VM_EXIT_NONE on OpenBSD's. Who sees the handlers, which
/// managed code does not, is told here when a run begins, and then posts <see cref="VcpuRequests.Signal"/>.
/// </summary>
/// <remarks>
/// The poster interrupts the thread that holds the vCPU, so each sees the other's stores in order without a fence. It sets the request first and then the leave byte:
/// a loop that has cleared the byte before looks at the requests after it, as with the kick of another thread.
/// </remarks>
internal static unsafe class ThreadSignals
{
    /// <summary>
    /// Called on the thread that runs a vCPU, before and after: with its requests, and with a byte to set besides, or null
    /// (<see cref="Vcpu.LeaveByte"/>). Null: nobody sees signals. Set before the first client comes.
    /// </summary>
    public static delegate*<uint*, byte*, void> RunBegins { get; set; }

    /// <summary>Called with the requests. No signal is posted after it.</summary>
    public static delegate*<uint*, void> RunEnds { get; set; }

    /// <summary>The calling thread begins to run a vCPU that it holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Begin(Vcpu* vcpu)
    {
        if (RunBegins != null)
        {
            RunBegins(&vcpu->Requests, vcpu->LeaveByte);
        }
    }

    /// <summary>It has ended, and still holds the vCPU.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void End(Vcpu* vcpu)
    {
        if (RunBegins != null)
        {
            RunEnds(&vcpu->Requests);
        }
    }
}
