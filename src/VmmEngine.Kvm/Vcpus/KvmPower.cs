using VmmEngine.Abi.Kvm;

namespace VmmEngine.Kvm;

/// <summary>How much is known of a vCPU that others start.</summary>
internal enum StartupState : uint
{
    /// <summary>It has been started, from outside of the guest: or it is the first, which nobody starts.</summary>
    Started,

    /// <summary>It waits, as after power-on, and comes back when something has come.</summary>
    Waits,

    /// <summary>INIT has come. STARTUP is the kernel's business, so whether it has come too only the kernel knows.</summary>
    Initialized,
}

/// <summary>Whether a vCPU whose local APIC is in the kernel runs, halts or waits to be started: KVM_GET_MP_STATE. The vCPU's holder.</summary>
internal static unsafe class KvmPower
{
    /// <summary>A value of <see cref="kvm_mp_state"/>.</summary>
    public static bool TryGet(int vcpu, out uint value)
    {
        kvm_mp_state state;
        bool done = LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_MP_STATE, &state) == 0;
        value = done ? state.mp_state : 0;
        return done;
    }

    /// <summary>Sets it.</summary>
    public static bool TrySet(int vcpu, uint value)
    {
        kvm_mp_state state = new() { mp_state = value };
        return LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_MP_STATE, &state) == 0;
    }

    /// <summary>Makes a vCPU one that waits to be started, or one that runs.</summary>
    public static bool TryPowerOn(KvmVcpuState* state, bool waits)
    {
        Volatile.Write(ref state->Startup, (uint)(waits ? StartupState.Waits : StartupState.Started));
        return TrySet(state->Descriptor, waits ? kvm_mp_state.KVM_MP_STATE_UNINITIALIZED : kvm_mp_state.KVM_MP_STATE_RUNNABLE);
    }

    /// <summary>Somebody outside of the guest has said where a vCPU begins that may wait for another to start it.</summary>
    public static void Start(KvmVcpuState* state)
    {
        Volatile.Write(ref state->Startup, (uint)StartupState.Started);
        if (TryGet(state->Descriptor, out uint value) && Waits(value))
        {
            TrySet(state->Descriptor, kvm_mp_state.KVM_MP_STATE_RUNNABLE);
        }
    }

    /// <summary>KVM_RUN has come back although nobody interrupted it: something has reached a vCPU that waits.</summary>
    public static void Reached(KvmVcpuState* state)
    {
        if (TryGet(state->Descriptor, out uint value) && value != kvm_mp_state.KVM_MP_STATE_UNINITIALIZED)
        {
            Volatile.Write(ref state->Startup, (uint)StartupState.Initialized);
        }
    }

    /// <summary>An event is to be delivered: ends a halt in the kernel, which looks there only for what it has made pending itself.</summary>
    public static void EndHalt(KvmVcpuState* state)
    {
        if (TryGet(state->Descriptor, out uint value) && value == kvm_mp_state.KVM_MP_STATE_HALTED)
        {
            TrySet(state->Descriptor, kvm_mp_state.KVM_MP_STATE_RUNNABLE);
        }
    }

    /// <summary>Nothing of the vCPU's own ends its rest: it halts with interrupts disabled, or waits for INIT or STARTUP.</summary>
    public static bool RestsForGood(KvmVcpuState* state)
    {
        const ulong interruptFlag = 1 << 9;
        return TryGet(state->Descriptor, out uint value) && value switch
        {
            kvm_mp_state.KVM_MP_STATE_HALTED => (state->Run->s.regs.regs.rflags & interruptFlag) == 0,
            _ => Waits(value),
        };
    }

    private static bool Waits(uint value) => value is kvm_mp_state.KVM_MP_STATE_UNINITIALIZED or kvm_mp_state.KVM_MP_STATE_INIT_RECEIVED;
}
