using System.Runtime.CompilerServices;
using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;
using VmmEngine.Platform;

namespace VmmEngine.Kvm;

/// <summary>A vCPU on KVM, as the run loop sees it.</summary>
/// <param name="state">The vCPU's state.</param>
/// <param name="irqchip">The VM's interrupt controllers; null if it has none.</param>
internal readonly unsafe struct KvmVcpu(KvmVcpuState* state, Irqchip? irqchip) : IVcpuBackend
{
    /// <summary>The only work that KVM_RUN does by itself.</summary>
    private const KvmWork DoneByRunning = KvmWork.Completion;

    public VcpuExit* Exit => &state->Exit;

    public bool CanResumeFromHalt
    {
        get
        {
            bool awake = Volatile.Read(ref state->NmiLatched) != 0 || Volatile.Read(ref state->HaltQuestion) == (uint)HaltQuestion.GoOn;
            if (awake)
            {
                TakeEvents();
            }

            return awake || (state->Work & KvmWork.Halt) == 0;
        }
    }

    // A volatile store: it may not sink below the exchange that says Running, nor be left out.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Arm() => Volatile.Write(ref state->Run->immediate_exit, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        KvmWork work = state->Work;
        if ((work & ~DoneByRunning) != 0 && !KvmCompletion.TryBegin(state, work, irqchip))
        {
            return; // there is an exit already
        }

        state->Work = KvmWork.None;
        if (LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_RUN) < 0)
        {
            KvmExits.Failed(state, LibC.LastError);
            return;
        }

        KvmExits.Decode(state);
    }

    public void TakeEvents()
    {
        if (Interlocked.Exchange(ref state->NmiLatched, 0) != 0)
        {
            state->Counters->Nmis++;
            _ = LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_NMI);
            state->Work &= ~KvmWork.Halt;
        }

        KvmHaltWatch.TakeAnswer(state);
        if (Volatile.Read(ref state->LocalVectors) != 0)
        {
            KvmLocalApic.Raise(state, Interlocked.Exchange(ref state->LocalVectors, 0));
        }

        if (irqchip is not null)
        {
            KvmExternalInterrupts.Look(state, irqchip);
        }
    }

    /// <summary>Makes the vCPU leave KVM_RUN soon. Any thread, after it has seen the vCPU Running.</summary>
    public static void Kick(Locks.Vcpu* vcpu)
    {
        KvmVcpuState* state = (KvmVcpuState*)vcpu->Backend;
        Volatile.Write(ref state->Run->immediate_exit, 1); // for a thread that has yet to enter KVM_RUN
        KickSignal.Send(Volatile.Read(ref state->Thread)); // for one that is inside
    }
}
