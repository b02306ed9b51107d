using System.Runtime.CompilerServices;

namespace VmmEngine.Locks;

/// <summary>
/// How the holder of a frozen vCPU goes into the guest, to sleep, and back, so that no request is lost on the way.
/// </summary>
/// <remarks>
/// A requester sets a request bit (a full fence) and then looks at the state; the holder sets the state with an exchange (a full fence) and
/// then looks at the requests. One of the two sees the other: either the holder does not enter, or the requester kicks.
/// </remarks>
public static unsafe class GuestEntry<TAtomics>
    where TAtomics : struct, IAtomics
{
    /// <summary>Frozen to Running, unless something is requested.</summary>
    /// <returns>0: the vCPU is Running and guest code may be entered. Otherwise the requests; the vCPU is Frozen.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VcpuRequests Enter(Vcpu* vcpu)
    {
        TAtomics.Exchange(ref vcpu->State, (uint)VcpuState.Running);
        uint requests = TAtomics.Read(ref vcpu->Requests);
        if (requests != 0)
        {
            Leave(vcpu);
        }

        return (VcpuRequests)requests;
    }

    /// <summary>Running to Frozen, after guest code has been left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Leave(Vcpu* vcpu) => TAtomics.Write(ref vcpu->State, (uint)VcpuState.Frozen);

    /// <summary>Frozen to Sleeping, until something is requested, and back to Frozen.</summary>
    /// <returns>The requests that ended the sleep.</returns>
    public static VcpuRequests Sleep(Vcpu* vcpu)
    {
        TAtomics.Exchange(ref vcpu->State, (uint)VcpuState.Sleeping);
        uint requests;
        while ((requests = TAtomics.Read(ref vcpu->Requests)) == 0)
        {
            TAtomics.Wait(ref vcpu->Requests, 0);
        }

        TAtomics.Write(ref vcpu->State, (uint)VcpuState.Frozen);
        return (VcpuRequests)requests;
    }

    /// <summary>Clears the request to go idle; the holder calls it when it returns to its caller for that reason.</summary>
    public static void TakeIdleRequest(Vcpu* vcpu) => TAtomics.And(ref vcpu->Requests, ~(uint)VcpuRequests.Idle);

    /// <summary>Clears the notice of a signal; the holder calls it when it returns to its caller for that reason.</summary>
    public static void TakeSignal(Vcpu* vcpu) => TAtomics.And(ref vcpu->Requests, ~(uint)VcpuRequests.Signal);

    /// <summary>
    /// Clears the event request; the holder calls it before it looks for what may be delivered, so that an event which arrives during the
    /// look is announced once more.
    /// </summary>
    public static void TakeEventRequest(Vcpu* vcpu) => TAtomics.And(ref vcpu->Requests, ~(uint)VcpuRequests.Event);
}
