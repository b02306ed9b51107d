using VmmEngine.Abi.FreeBsd;
using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>Registers in bulk. The general ones travel in the shared page; the others by commands, which are not on any exit's path.</summary>
internal static unsafe class KvmRegisters
{
    /// <summary>Reads groups of registers of a vCPU whose instruction is finished.</summary>
    /// <returns>0, or EINVAL if KVM refuses.</returns>
    public static int Read(KvmVcpuState* state, RegisterGroups groups, ref CpuRegisters registers)
    {
        if ((groups & RegisterGroups.General) != 0)
        {
            GeneralRegisters.Load(in state->Run->s.regs.regs, ref registers);
        }

        bool done = ((groups & RegisterGroups.System) == 0 || SystemRegisters.TryRead(state->Descriptor, ref registers))
            && ((groups & RegisterGroups.Debug) == 0 || OtherRegisters.TryReadDebug(state->Descriptor, ref registers))
            && ((groups & RegisterGroups.Msrs) == 0 || OtherRegisters.TryReadMsrs(state->Descriptor, ref registers))
            && ((groups & RegisterGroups.Events) == 0 || OtherRegisters.TryReadShadow(state->Descriptor, ref registers))
            && ((groups & RegisterGroups.FloatingPoint) == 0 || FloatingPoint.TryRead(state->Descriptor, ref registers));
        return done ? 0 : Errno.EINVAL;
    }

    /// <summary>Writes groups of registers; those that come before one that KVM refuses are written.</summary>
    /// <returns>0, or EINVAL if KVM refuses.</returns>
    public static int Write(KvmVcpuState* state, RegisterGroups groups, in CpuRegisters registers)
    {
        if ((groups & RegisterGroups.General) != 0)
        {
            GeneralRegisters.Store(in registers, ref state->Run->s.regs.regs);
            state->Run->kvm_dirty_regs |= kvm_sync_regs.KVM_SYNC_X86_REGS;
            KvmDebugging.RegistersWritten(state);
        }

        bool done = ((groups & RegisterGroups.System) == 0 || SystemRegisters.TryWrite(state->Descriptor, in registers))
            && ((groups & RegisterGroups.Debug) == 0 || OtherRegisters.TryWriteDebug(state->Descriptor, in registers))
            && ((groups & RegisterGroups.Msrs) == 0 || TryWriteMsrs(state, in registers))
            && ((groups & RegisterGroups.Events) == 0 || OtherRegisters.TryWriteShadow(state->Descriptor, in registers))
            && ((groups & RegisterGroups.FloatingPoint) == 0 || FloatingPoint.TryWrite(state->Descriptor, in registers));
        return done ? 0 : Errno.EINVAL;
    }

    // The time-stamp counter is one of them, and the local APIC's timer waits for what it counts: KVM has worked out when that is from the old value.
    private static bool TryWriteMsrs(KvmVcpuState* state, in CpuRegisters registers)
    {
        ulong deadline = state->HasApic != 0 ? KvmLocalApic.DeadlineOf(state) : 0;
        bool done = OtherRegisters.TryWriteMsrs(state->Descriptor, in registers);
        return (deadline == 0 || KvmLocalApic.TrySetDeadline(state, deadline)) && done;
    }

    /// <summary>Gives the kernel the general registers that wait in the shared page.</summary>
    public static void FlushGeneral(KvmVcpuState* state)
    {
        if ((state->Run->kvm_dirty_regs & kvm_sync_regs.KVM_SYNC_X86_REGS) != 0)
        {
            _ = LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_SET_REGS, &state->Run->s.regs.regs);
            state->Run->kvm_dirty_regs &= ~kvm_sync_regs.KVM_SYNC_X86_REGS;
        }
    }
}
