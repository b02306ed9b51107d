using VmmEngine.Locks;

namespace VmmEngine.Exploration.Scenarios;

/// <summary>A back end whose guest never leaves by itself, and the runs of a vCPU under it.</summary>
internal static unsafe class Guest<TAtomics>
    where TAtomics : struct, IAtomics
{
    /// <summary>The kick hook: closes the way in, then interrupts whoever is inside.</summary>
    public static void Kick(Vcpu* vcpu)
    {
        TAtomics.Exchange(ref *VmWorld.ExitWord(vcpu), 1);
        TAtomics.Wake(ref *VmWorld.ExitWord(vcpu));
    }

    /// <summary>Freezes the vCPU, runs the guest until something is requested, and thaws the vCPU.</summary>
    public static void FreezeAndRun(VmLocks* locks, int id)
    {
        VcpuLocks<TAtomics>.LetEjectorsPass(ref *locks, id);
        if (VcpuLocks<TAtomics>.TryFreeze(ref *locks, id, out Vcpu* vcpu))
        {
            Observe.Enter(Resources.Vcpu(id));
            Run(vcpu, id);
            Observe.Leave(Resources.Vcpu(id));
            VcpuLocks<TAtomics>.Thaw(vcpu);
        }
    }

    /// <summary>The rest of a run whose vCPU is in the guest already.</summary>
    public static void RunOn(VmLocks* locks, int id)
    {
        Vcpu* vcpu = locks->Vcpus + id;
        Observe.Enter(Resources.Vcpu(id));
        Execute(vcpu, id);
        Run(vcpu, id);
        Observe.Leave(Resources.Vcpu(id));
        VcpuLocks<TAtomics>.Thaw(vcpu);
    }

    /// <summary>The body of a run command: the vCPU is frozen before and after.</summary>
    public static void Run(Vcpu* vcpu, int id)
    {
        while (RunOnce(vcpu, id) == VcpuRequests.None)
        {
        }

        GuestEntry<TAtomics>.TakeIdleRequest(vcpu);
    }

    /// <summary>One entry, and Running until a kick, unless something is requested.</summary>
    public static VcpuRequests RunOnce(Vcpu* vcpu, int id)
    {
        TAtomics.Write(ref *VmWorld.ExitWord(vcpu), 0);
        VcpuRequests requests = GuestEntry<TAtomics>.Enter(vcpu);
        if (requests == VcpuRequests.None)
        {
            Execute(vcpu, id);
        }

        return requests;
    }

    /// <summary>Running, until a kick.</summary>
    private static void Execute(Vcpu* vcpu, int id)
    {
        Observe.Enter(Resources.Guest(id));
        TAtomics.Wait(ref *VmWorld.ExitWord(vcpu), 0);
        Observe.Leave(Resources.Guest(id));
        GuestEntry<TAtomics>.Leave(vcpu);
    }

    /// <summary>The body of a run command whose guest halts at once: the vCPU sleeps until something is requested.</summary>
    public static void Halt(Vcpu* vcpu, int id)
    {
        Sleep(vcpu, id);
        GuestEntry<TAtomics>.TakeIdleRequest(vcpu);
    }

    /// <summary>Sleeping, until something is requested.</summary>
    public static VcpuRequests Sleep(Vcpu* vcpu, int id)
    {
        Observe.Enter(Resources.Guest(id));
        VcpuRequests requests = GuestEntry<TAtomics>.Sleep(vcpu);
        Observe.Leave(Resources.Guest(id));
        return requests;
    }
}
