using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Platform;
using VmmEngine.Snapshots;

namespace VmmEngine.FreeBsd;

/// <content>Saving and restoring a VM's state part by part. Clients save guest memory themselves.</content>
public unsafe partial struct VmHandlers
{
    /// <summary>VM_SNAPSHOT_REQ: saves a part of the VM to the client's buffer, or restores it from there, and moves the buffer's position behind it.</summary>
    /// <returns>
    /// 0; EINVAL for a part or a direction that there is not, and for contents that are no state of this VM's part; EFAULT for a buffer
    /// that is not there or too small. After an error the part is as before. A chip that the VM does not have has a state of no bytes.
    /// </returns>
    public static int Snapshot(in VmCall call, ref vm_snapshot_meta argument) =>
        Transfer(call.Vm, argument.dev_req, argument.op, ref argument.buffer);

    /// <summary>The form of FreeBSD 13.</summary>
    /// <returns>As <see cref="Snapshot"/>.</returns>
    public static int Snapshot13(in VmCall call, ref vm_snapshot_meta_13 argument) =>
        Transfer(call.Vm, argument.dev_req, argument.op, ref argument.buffer);

    /// <summary>VM_RESTORE_TIME: after a restore, lets every vCPU's time-stamp counter go on from where it was saved.</summary>
    /// <returns>0, or the back end's error.</returns>
    public static int RestoreTime(in VmCall call, ref int argument)
    {
        int error = 0;
        for (uint id = 0; id < call.Locks.VcpuLimit && error == 0; id++)
        {
            Vcpu* vcpu = call.Locks.Vcpus + id;
            ref VcpuContext context = ref call.Vm.ContextOf(vcpu);
            if (context.HasSavedTsc)
            {
                context.HasSavedTsc = false;
                error = SetTsc(call.Vm, vcpu, context.SavedTsc);
            }
        }

        return error;
    }

    /// <summary>Gives a vCPU that the back end has the exits that its capabilities stand for.</summary>
    /// <returns>False if the back end cannot make them.</returns>
    internal static bool TryControl(Vm vm, Vcpu* vcpu, uint capabilities) =>
        vm.Backend!.Control(vcpu, ControlsOf(capabilities)) == 0;

    private static int Transfer(Vm vm, int request, int operation, ref vm_snapshot_buffer buffer)
    {
        bool isPart = request is >= snapshot_req.STRUCT_VIOAPIC and <= snapshot_req.STRUCT_VRTC && request != snapshot_req.VM_MEM;
        if (!isPart || operation is not (vm_snapshot_op.VM_SNAPSHOT_SAVE or vm_snapshot_op.VM_SNAPSHOT_RESTORE))
        {
            return Errno.EINVAL;
        }

        using (vm.Devices.Clock.Hold(catchesUp: vm.Backend is { KeepsTime: true }))
        {
            ISnapshotted part = PartOf(vm, request);
            if (operation == vm_snapshot_op.VM_SNAPSHOT_SAVE)
            {
                Settle(vm);
                return PartTransfer.Save(part, request, ref buffer);
            }

            int error = PartTransfer.Restore(part, request, ref buffer);
            if (part is IChipPart chip)
            {
                chip.Resume();
                vm.Devices.AwaitRun();
            }

            return error;
        }
    }

    // Every time, as a client saves the parts in an order of its own.
    private static void Settle(Vm vm)
    {
        for (uint id = 0; id < vm.Locks->VcpuLimit; id++)
        {
            Vcpu* vcpu = vm.Locks->Vcpus + id;
            if (vcpu->Backend != null)
            {
                vm.Backend!.Settle(vcpu);
            }
        }
    }

    private static ISnapshotted PartOf(Vm vm, int request)
    {
        Chipset chips = vm.Devices.Chipset;
        return request switch
        {
            snapshot_req.STRUCT_VM => new VmPart(vm),
            snapshot_req.STRUCT_VMCX => new VcpuPart(vm),
            snapshot_req.STRUCT_VRTC => new ChipPart(chips, chips.Rtc.Resume, chips.Rtc),
            snapshot_req.STRUCT_VHPET => new ChipPart(chips, chips.Hpet.Resume, chips.Hpet),
            snapshot_req.STRUCT_VPMTMR => new ChipPart(chips, null, chips.PmTimer),
            snapshot_req.STRUCT_VLAPIC => new LocalApicsPart(vm),
            snapshot_req.STRUCT_VATPIT when chips.IntervalTimer is { } timer => new ChipPart(chips, timer.Resume, timer, chips.PortB!),
            snapshot_req.STRUCT_VIOAPIC when vm.Devices.Irqchip is { } irqchip => new ControllerPart(vm, irqchip.IoApic.Save, irqchip.IoApic.Restore),
            snapshot_req.STRUCT_VATPIC when vm.Devices.Irqchip is { } irqchip => new ControllerPart(vm, irqchip.SavePic, irqchip.RestorePic),
            _ => new AbsentPart(),
        };
    }

    private static int SetTsc(Vm vm, Vcpu* vcpu, ulong value)
    {
        int error = Fetch(vm, vcpu, RegisterGroups.Msrs, out CpuRegisters registers);
        registers.Tsc = value;
        error = error != 0 ? error : vm.Backend!.WriteRegisters(vcpu, RegisterGroups.Msrs, in registers);
        if (error == 0)
        {
            (vm.Backend!.LocalApicOf(vcpu) as LocalApic)?.FollowTimeStamp();
        }

        return error;
    }
}
