using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.Kvm;

/// <summary>
/// Notices a guest that halts for good although the kernel keeps its halts to itself: once a second a running vCPU is taken out of KVM_RUN to see
/// whether it has halted with interrupts disabled.
/// </summary>
/// <remarks>
/// Only while the VM has one vCPU. Several may wake each other by the kernel's local APICs, and the kernel delivers that inside KVM_RUN, where
/// each must stay for it.
/// </remarks>
internal sealed unsafe class KvmHaltWatch : IDisposable
{
    private const ulong InterruptFlag = 1 << 9;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Timer _timer;

    /// <summary>Begins to look. The locks, and the vCPUs' states, live until it is disposed.</summary>
    public KvmHaltWatch(VmLocks* locks) => _timer = new Timer(static state => Look((VmLocks*)(nint)state!), (nint)locks, Period, Period);

    /// <summary>KVM_RUN was interrupted: if for this, and the vCPU has halted for good, that is the exit.</summary>
    public static void Interrupted(KvmVcpuState* state)
    {
        kvm_mp_state power;
        if (Interlocked.Exchange(ref state->HaltCheck, 0) != 0
            && (state->Run->s.regs.regs.rflags & InterruptFlag) == 0
            && LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_GET_MP_STATE, &power) == 0
            && power.mp_state == kvm_mp_state.KVM_MP_STATE_HALTED)
        {
            KvmExits.Halted(state, ExitFlags.InterruptsDisabled);
        }
    }

    /// <summary>Returns when nobody looks any more.</summary>
    public void Dispose()
    {
        using ManualResetEvent over = new(false);
        if (_timer.Dispose(over))
        {
            over.WaitOne();
        }
    }

    private static void Look(VmLocks* locks)
    {
        Vcpu* only = null;
        for (uint id = 0; id < locks->VcpuLimit; id++)
        {
            Vcpu* vcpu = locks->Vcpus + id;
            if (Volatile.Read(ref *(nint*)&vcpu->Backend) == 0)
            {
                continue;
            }

            if (only != null)
            {
                return;
            }

            only = vcpu;
        }

        if (only != null && Volatile.Read(ref only->State) == (uint)VcpuState.Running)
        {
            Volatile.Write(ref ((KvmVcpuState*)only->Backend)->HaltCheck, 1);
            KvmVcpu.Kick(only);
        }
    }
}
