using VmmEngine.Abi.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Platform;

namespace VmmEngine.FreeBsd;

/// <content>Interrupts that a client raises. Without a back end that has the controllers, all answer ENXIO after their checks.</content>
public unsafe partial struct VmHandlers
{
    private const int FirstInterruptVector = 16;
    private const int LastInterruptVector = 255;
    private const int AllVcpus = -1;
    private const int NoPin = -1;
    private const ulong MsiAddressMask = 0xFFF0_0000;

    /// <summary>VM_LAPIC_IRQ: requests a vector of one vCPU, edge triggered.</summary>
    /// <returns>0; EINVAL for a vector below 16 or above 255.</returns>
    public static int RaiseApicInterrupt(in VmCall call, Vcpu* vcpu, ref vm_lapic_irq argument)
    {
        if (argument.vector is < FirstInterruptVector or > LastInterruptVector)
        {
            return Errno.EINVAL;
        }

        if (call.Vm.Devices.Irqchip is not { } irqchip)
        {
            return Errno.ENXIO;
        }

        irqchip.RaiseVector(vcpu->Id, (byte)argument.vector);
        return 0;
    }

    /// <summary>VM_LAPIC_LOCAL_IRQ: triggers an entry of the local vector table of one vCPU, or with id -1 of all active ones.</summary>
    /// <returns>0; EINVAL at the first vCPU whose APIC is enabled and has no such entry.</returns>
    public static int RaiseLocalApicInterrupt(in VmCall call, Vcpu* vcpu, ref vm_lapic_irq argument)
    {
        if (call.Vm.Devices.Irqchip is not { } irqchip)
        {
            return Errno.ENXIO;
        }

        LocalVector source = (LocalVector)argument.vector;
        if (argument.cpuid != AllVcpus)
        {
            return irqchip.RaiseLocal(vcpu->Id, source) ? 0 : Errno.EINVAL;
        }

        for (uint id = 0; id < call.Locks.VcpuLimit; id++)
        {
            if (VcpuSets<ProcessorAtomics>.Contains(VcpuFlags.Active, call.Locks.Vcpus + id) && !irqchip.RaiseLocal((int)id, source))
            {
                return Errno.EINVAL;
            }
        }

        return 0;
    }

    /// <summary>VM_LAPIC_MSI: what a device's write to the address range of messages does. Modes that messages cannot have are dropped.</summary>
    /// <returns>0; EINVAL for an address outside the range, or EINTR with <see cref="FreeBsdQuirks.RestartOnBadMessage"/>.</returns>
    public static int SendMsi(in VmCall call, ref vm_lapic_msi argument)
    {
        if ((argument.addr & MsiAddressMask) != LocalApic.Page)
        {
            return call.Vm.Host.Options.Quirks.RestartOnBadMessage ? Errno.EINTR : Errno.EINVAL;
        }

        if (call.Vm.Devices.Irqchip is not { } irqchip)
        {
            return Errno.ENXIO;
        }

        if (InterruptMessage.OfMsi(argument.addr, argument.msg).Mode is DeliveryMode.Fixed or DeliveryMode.LowestPriority or DeliveryMode.External)
        {
            irqchip.SendMsi(argument.addr, argument.msg);
        }

        return 0;
    }

    /// <summary>VM_IOAPIC_ASSERT_IRQ: one more asserts a pin.</summary>
    /// <returns>0; EINVAL for a pin outside 0 to 31.</returns>
    public static int AssertIoApicPin(in VmCall call, ref vm_ioapic_irq argument) => SetPin(call.Vm, argument.irq, LineAction.Assert);

    /// <summary>VM_IOAPIC_DEASSERT_IRQ: one fewer asserts it.</summary>
    /// <returns>As <see cref="AssertIoApicPin"/>.</returns>
    public static int DeassertIoApicPin(in VmCall call, ref vm_ioapic_irq argument) => SetPin(call.Vm, argument.irq, LineAction.Deassert);

    /// <summary>VM_IOAPIC_PULSE_IRQ: both, one after the other.</summary>
    /// <returns>As <see cref="AssertIoApicPin"/>.</returns>
    public static int PulseIoApicPin(in VmCall call, ref vm_ioapic_irq argument) => SetPin(call.Vm, argument.irq, LineAction.Pulse);

    /// <summary>VM_ISA_ASSERT_IRQ: one more asserts a line of the 8259s, then, unless that is -1, a pin of the IO-APIC.</summary>
    /// <returns>0; EINVAL for a line outside 0 to 15, or a pin outside 0 to 31, with the line's part done.</returns>
    public static int AssertIsaLine(in VmCall call, ref vm_isa_irq argument) => SetLine(call.Vm, in argument, LineAction.Assert);

    /// <summary>VM_ISA_DEASSERT_IRQ: one fewer asserts them.</summary>
    /// <returns>As <see cref="AssertIsaLine"/>.</returns>
    public static int DeassertIsaLine(in VmCall call, ref vm_isa_irq argument) => SetLine(call.Vm, in argument, LineAction.Deassert);

    /// <summary>VM_ISA_PULSE_IRQ: both, one after the other.</summary>
    /// <returns>As <see cref="AssertIsaLine"/>.</returns>
    public static int PulseIsaLine(in VmCall call, ref vm_isa_irq argument) => SetLine(call.Vm, in argument, LineAction.Pulse);

    /// <summary>VM_ISA_SET_IRQ_TRIGGER: makes a line of the 8259s level triggered, or edge triggered again.</summary>
    /// <returns>0; EINVAL for a line outside 0 to 15, and for the level of one that a PC wires to an edge.</returns>
    public static int SetIsaLineTrigger(in VmCall call, ref vm_isa_irq_trigger argument)
    {
        bool isLevel = argument.trigger == vm_isa_irq_trigger.LEVEL_TRIGGER;
        if ((uint)argument.atpic_irq >= Irqchip.IsaLines || (isLevel && argument.atpic_irq is 0 or 1 or 2 or 8 or 13))
        {
            return Errno.EINVAL;
        }

        if (call.Vm.Devices.Irqchip is not { } irqchip)
        {
            return Errno.ENXIO;
        }

        irqchip.SetTrigger(argument.atpic_irq, isLevel);
        return 0;
    }

    /// <summary>VM_SET_X2APIC_STATE: puts a vCPU's APIC into x2APIC mode, or takes that mode away. Meant for before the vCPU first runs.</summary>
    /// <returns>0; EINVAL for a state that there is not.</returns>
    public static int SetX2ApicState(in VmCall call, Vcpu* vcpu, ref vm_x2apic argument)
    {
        if ((uint)argument.state > vm_x2apic.X2APIC_ENABLED)
        {
            return Errno.EINVAL;
        }

        if (call.Vm.Devices.Irqchip is not { } irqchip)
        {
            return Errno.ENXIO;
        }

        bool enabled = argument.state == vm_x2apic.X2APIC_ENABLED;
        int error = Prepare(call.Vm, vcpu);
        if (error == 0)
        {
            error = irqchip.SetX2Apic(vcpu, enabled);
        }

        if (error == 0 && enabled)
        {
            VcpuSets<ProcessorAtomics>.TryAdd(VcpuFlags.X2Apic, vcpu);
        }
        else if (error == 0)
        {
            VcpuSets<ProcessorAtomics>.TryRemove(VcpuFlags.X2Apic, vcpu);
        }

        return error;
    }

    /// <summary>VM_GET_X2APIC_STATE: what was set.</summary>
    /// <returns>0.</returns>
    public static int GetX2ApicState(in VmCall call, Vcpu* vcpu, ref vm_x2apic argument)
    {
        argument.state = VcpuSets<ProcessorAtomics>.Contains(VcpuFlags.X2Apic, vcpu) ? vm_x2apic.X2APIC_ENABLED : vm_x2apic.X2APIC_DISABLED;
        return 0;
    }

    private static int SetPin(Vm vm, int pin, LineAction action)
    {
        if ((uint)pin >= vm_ioapic_irq.REDIR_ENTRIES)
        {
            return Errno.EINVAL;
        }

        if (vm.Devices.Irqchip is not { } irqchip)
        {
            return Errno.ENXIO;
        }

        if (action != LineAction.Deassert)
        {
            irqchip.SetIoApicPin(pin, asserted: true);
        }

        if (action != LineAction.Assert)
        {
            irqchip.SetIoApicPin(pin, asserted: false);
        }

        return 0;
    }

    private static int SetLine(Vm vm, in vm_isa_irq argument, LineAction action)
    {
        int line = argument.atpic_irq;
        if ((uint)line >= Irqchip.IsaLines)
        {
            return Errno.EINVAL;
        }

        if (vm.Devices.Irqchip is not { } irqchip)
        {
            return Errno.ENXIO;
        }

        if (action != LineAction.Deassert)
        {
            irqchip.SetPicLine(line, asserted: true);
        }

        if (action != LineAction.Assert)
        {
            irqchip.SetPicLine(line, asserted: false);
        }

        return argument.ioapic_irq == NoPin ? 0 : SetPin(vm, argument.ioapic_irq, action);
    }

    private enum LineAction
    {
        Assert,
        Deassert,
        Pulse,
    }
}
