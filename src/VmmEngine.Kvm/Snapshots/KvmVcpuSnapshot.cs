using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;
using VmmEngine.Snapshots;

namespace VmmEngine.Kvm;

/// <summary>All of a vCPU's state that KVM gives and takes, between two instructions, but for its local APIC. The vCPU's holder.</summary>
/// <remarks>
/// The kernel's structures are written as they are: a snapshot is for hosts whose KVM offers the same processor, which <see cref="KvmCpuid.Fingerprint"/>
/// says, and KVM refuses what no processor can have.
/// </remarks>
internal readonly unsafe struct KvmVcpuSnapshot(KvmVcpuState* state, ulong fingerprint, uint[] msrs)
{
    private const int MostMsrs = 4096;

    /// <summary>Writes it. No instruction is unfinished.</summary>
    /// <exception cref="SnapshotException">KVM does not say.</exception>
    public void Save(SnapshotWriter writer)
    {
        int vcpu = state->Descriptor;
        kvm_regs general = default;
        kvm_sregs system = default;
        kvm_debugregs debug = default;
        kvm_xcrs extended = default;
        kvm_xsave floatingPoint = default;
        kvm_vcpu_events events = default;
        KvmRegisters.FlushGeneral(state);

        // First, because INIT and STARTUP that have come to a stopped vCPU take effect with the question.
        uint power = 0;
        Require("KVM_GET_MP_STATE", state->HasApic == 0 || KvmPower.TryGet(vcpu, out power) ? 0 : -1);
        if (state->Startup == (uint)StartupState.Waits)
        {
            KvmPower.Reached(state);
        }

        Require("KVM_GET_REGS", LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_REGS, &general));
        Require("KVM_GET_SREGS", LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_SREGS, &system));
        Require("KVM_GET_DEBUGREGS", LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_DEBUGREGS, &debug));
        Require("KVM_GET_XSAVE", LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_XSAVE, &floatingPoint));
        Require("KVM_GET_VCPU_EVENTS", LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_VCPU_EVENTS, &events));
        bool hasExtended = LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_XCRS, &extended) == 0;

        writer.Write(fingerprint);
        writer.WriteStruct(in general);
        writer.WriteStruct(in system);
        writer.WriteStruct(in debug);
        writer.WriteStruct(in floatingPoint);
        writer.WriteStruct(in events);
        writer.Write(hasExtended);
        writer.WriteStruct(in extended);
        SaveMsrs(writer);
        writer.Write(state->HasApic != 0);
        writer.Write(power);
        writer.Write((byte)state->Startup);
        SaveWork(writer);
    }

    /// <summary>Puts the vCPU into a saved state.</summary>
    /// <exception cref="SnapshotException">No vCPU here can be in that state.</exception>
    public void Restore(SnapshotReader reader)
    {
        int vcpu = state->Descriptor;
        if (reader.ReadUInt64() != fingerprint)
        {
            throw new SnapshotException("the snapshot's guest was told of another processor than this host's KVM offers: restore it where it was saved, or on a host like that");
        }

        kvm_regs general = reader.ReadStruct<kvm_regs>();
        kvm_sregs system = reader.ReadStruct<kvm_sregs>();
        kvm_debugregs debug = reader.ReadStruct<kvm_debugregs>();
        kvm_xsave floatingPoint = reader.ReadStruct<kvm_xsave>();
        kvm_vcpu_events events = reader.ReadStruct<kvm_vcpu_events>();
        bool hasExtended = reader.ReadBoolean();
        kvm_xcrs extended = reader.ReadStruct<kvm_xcrs>();

        if (state->HasApic != 0)
        {
            // The mode is the local APIC's, which may be restored before or after this.
            kvm_sregs here = default;
            Require("KVM_GET_SREGS", LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_SREGS, &here));
            system.apic_base = here.apic_base;
        }

        Accept(reader, "system registers", LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_SREGS, &system));
        if (hasExtended)
        {
            Accept(reader, "extended control registers", LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_XCRS, &extended));
        }

        Accept(reader, "floating-point state", LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_XSAVE, &floatingPoint));
        Accept(reader, "debug registers", LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_DEBUGREGS, &debug));
        RestoreMsrs(reader);
        if (reader.ReadBoolean() != (state->HasApic != 0))
        {
            throw reader.Invalid("of a VM with other interrupt controllers");
        }

        uint power = reader.ReadUInt32();
        byte startup = reader.ReadByte((byte)StartupState.Initialized);
        if (state->HasApic != 0)
        {
            Accept(reader, "state of activity", KvmPower.TrySet(vcpu, power) ? 0 : -1);
            Volatile.Write(ref state->Startup, startup);
        }

        // Loading the registers forgets what is pending, so that comes last.
        Accept(reader, "general registers", LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_REGS, &general));
        state->Run->s.regs.regs = general;
        state->Run->kvm_dirty_regs = 0;
        events.flags = kvm_vcpu_events.KVM_VCPUEVENT_VALID_NMI_PENDING | kvm_vcpu_events.KVM_VCPUEVENT_VALID_SHADOW;
        Accept(reader, "pending events", LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_VCPU_EVENTS, &events));
        RestoreWork(reader);
    }

    // One by one: which there are depends on what the guest has switched on.
    private void SaveMsrs(SnapshotWriter writer)
    {
        List<(uint Number, ulong Value)> found = [];
        foreach (uint number in msrs)
        {
            MsrList one = new();
            one.Add(number);
            if (one.TryGet(state->Descriptor))
            {
                found.Add((number, one[0]));
            }
        }

        writer.Write(found.Count);
        foreach ((uint number, ulong value) in found)
        {
            writer.Write(number);
            writer.Write(value);
        }
    }

    // KVM need not take back what it reports; it must have it then.
    private void RestoreMsrs(SnapshotReader reader)
    {
        int count = reader.ReadInt32(0, MostMsrs);
        ulong deadline = KvmLocalApic.DeadlineOf(state);
        for (int i = 0; i < count; i++)
        {
            uint number = reader.ReadUInt32();
            ulong value = reader.ReadUInt64();
            MsrList one = new();
            one.Add(number, value);
            if (Array.IndexOf(msrs, number) < 0 || !(one.TrySet(state->Descriptor) || (one.TryGet(state->Descriptor) && one[0] == value)))
            {
                throw reader.Invalid($"model-specific register 0x{number:X} cannot be 0x{value:X}");
            }
        }

        if (deadline != 0)
        {
            _ = KvmLocalApic.TrySetDeadline(state, deadline); // the time-stamp counter has another value now
        }
    }

    private void SaveWork(SnapshotWriter writer)
    {
        bool halts = state->HasApic == 0 && (state->Work & KvmWork.Halt) != 0; // in the kernel it halts otherwise
        bool hasEvent = (state->Work & KvmWork.Event) != 0;
        writer.Write(halts);
        writer.Write(halts && (state->Exit.Flags & ExitFlags.InterruptsDisabled) != 0);
        writer.Write(Volatile.Read(ref state->NmiLatched) != 0);
        writer.Write(Volatile.Read(ref state->LocalVectors));
        writer.Write(hasEvent);
        if (hasEvent)
        {
            writer.Write((byte)state->Event.Kind);
            writer.Write(state->Event.Vector);
            writer.Write(state->Event.HasErrorCode);
            writer.Write(state->Event.ErrorCode);
        }
    }

    private void RestoreWork(SnapshotReader reader)
    {
        bool halts = reader.ReadBoolean();
        bool isFinal = reader.ReadBoolean();
        Volatile.Write(ref state->NmiLatched, reader.ReadBoolean() ? 1u : 0);
        Volatile.Write(ref state->LocalVectors, reader.ReadUInt32() & ((1u << KvmLocalApic.LocalVectorCount) - 1));
        state->Work = KvmWork.None;
        state->Exit.Reason = ExitReason.Interrupted;
        if (halts && state->HasApic == 0)
        {
            KvmExits.Halted(state, isFinal ? ExitFlags.InterruptsDisabled : ExitFlags.None);
        }

        if (reader.ReadBoolean())
        {
            state->Event = new VcpuEvent((EventKind)reader.ReadByte((byte)EventKind.Software), reader.ReadByte(), reader.ReadBoolean(), reader.ReadUInt32());
            state->Work |= KvmWork.Event;
        }

        KvmDebugging.RegistersWritten(state);
    }

    private static void Require(string command, int result)
    {
        if (result < 0)
        {
            throw new SnapshotException($"KVM refuses {command} (errno {LibC.LastError})");
        }
    }

    private static void Accept(SnapshotReader reader, string what, int result)
    {
        if (result < 0)
        {
            throw reader.Invalid($"{what} that KVM refuses");
        }
    }
}
