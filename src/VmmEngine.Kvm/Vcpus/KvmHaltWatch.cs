using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.Kvm;

/// <summary>What the watch wants of a vCPU.</summary>
internal enum HaltQuestion : uint
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Say whether the vCPU rests for good, and go on.</summary>
    Look,

    /// <summary>If it rests for good, that is an exit.</summary>
    Leave,

    /// <summary>It was not the end: go back to rest in the kernel.</summary>
    GoOn,
}

/// <summary>
/// Notices a guest that halts for good although the kernel keeps its halts to itself: once a second the running vCPUs are taken out of KVM_RUN to see
/// whether they have halted with interrupts disabled, or wait for INIT or STARTUP.
/// </summary>
/// <remarks>
/// <para>Several vCPUs may wake each other by the kernel's local APICs, and the kernel delivers that only inside KVM_RUN. So they leave it when all were
/// found to rest for good, a second after that; if they do not all arrive, those who did go back a second later.</para>
/// <para>One that waits as after power-on is not looked at: it costs nothing until another sends it INIT.</para>
/// </remarks>
internal sealed unsafe class KvmHaltWatch : KvmVcpuTimer
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private bool _leaving;

    /// <summary>Begins to look.</summary>
    /// <param name="memory">The VM's locks.</param>
    public KvmHaltWatch(VmLockMemory memory)
        : base(memory) => Begin(Period);

    /// <summary>KVM_RUN was interrupted: if for this, answers. The vCPU's holder.</summary>
    public static void Interrupted(KvmVcpuState* state)
    {
        HaltQuestion question = (HaltQuestion)Volatile.Read(ref state->HaltQuestion);
        if (question is not (HaltQuestion.Look or HaltQuestion.Leave))
        {
            return;
        }

        Volatile.Write(ref state->HaltQuestion, (uint)HaltQuestion.None);
        bool rests = KvmPower.RestsForGood(state);
        Volatile.Write(ref state->LooksHalted, rests ? 1u : 0);
        if (rests && question == HaltQuestion.Leave)
        {
            KvmExits.Halted(state, ExitFlags.InterruptsDisabled);
        }
    }

    /// <summary>Goes back to rest in the kernel if the watch says so. The vCPU's holder.</summary>
    public static void TakeAnswer(KvmVcpuState* state)
    {
        if (Interlocked.CompareExchange(ref state->HaltQuestion, (uint)HaltQuestion.None, (uint)HaltQuestion.GoOn) == (uint)HaltQuestion.GoOn)
        {
            state->Work &= ~KvmWork.Halt;
        }
    }

    /// <inheritdoc/>
    private protected override void Tick()
    {
        if (_leaving)
        {
            _leaving = false;
            Ask(HaltQuestion.GoOn, VcpuState.Sleeping);
            return;
        }

        _leaving = AllRest(out bool isAlone);
        Ask(_leaving || isAlone ? HaltQuestion.Leave : HaltQuestion.Look, VcpuState.Running);
    }

    // One that is not active is no part of the guest: it wakes nobody.
    private bool AllRest(out bool isAlone)
    {
        int started = 0;
        int waiting = 0;
        bool all = true;
        for (uint id = 0; id < Locks->VcpuLimit; id++)
        {
            Vcpu* vcpu = Locks->Vcpus + id;
            KvmVcpuState* state = StateOf(vcpu);
            if (state == null || !VcpuSets<ProcessorAtomics>.Contains(VcpuFlags.Active, vcpu))
            {
                continue;
            }

            if (Waits(state))
            {
                waiting++;
            }
            else
            {
                started++;
                all &= Volatile.Read(ref state->LooksHalted) != 0;
            }
        }

        isAlone = started == 1 && waiting == 0; // nobody else could wake it meanwhile
        return all && started + waiting > 1;
    }

    private void Ask(HaltQuestion question, VcpuState whom)
    {
        for (uint id = 0; id < Locks->VcpuLimit; id++)
        {
            Vcpu* vcpu = Locks->Vcpus + id;
            KvmVcpuState* state = StateOf(vcpu);
            bool isMeant = state != null
                && Volatile.Read(ref vcpu->State) == (uint)whom
                && question switch
                {
                    HaltQuestion.Look => !Waits(state),
                    HaltQuestion.GoOn => Volatile.Read(ref state->LooksHalted) != 0,
                    _ => true,
                };
            if (!isMeant)
            {
                continue;
            }

            Volatile.Write(ref state->HaltQuestion, (uint)question);
            if (whom == VcpuState.Running)
            {
                KvmVcpu.Kick(vcpu);
            }
            else
            {
                VcpuLocks<ProcessorAtomics>.Post(ref *Locks, vcpu, VcpuRequests.Event);
            }
        }
    }

    private static bool Waits(KvmVcpuState* state) => Volatile.Read(ref state->Startup) == (uint)StartupState.Waits;
}
