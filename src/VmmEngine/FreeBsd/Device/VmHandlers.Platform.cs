using VmmEngine.Abi.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Platform;

namespace VmmEngine.FreeBsd;

/// <content>The board that a guest finds itself on.</content>
public unsafe partial struct VmHandlers
{
    /// <summary>VM_IOAPIC_PINCOUNT: how many pins the IO-APIC has.</summary>
    /// <returns>0.</returns>
    public static int GetIoApicPinCount(in VmCall call, ref int argument)
    {
        argument = vm_ioapic_irq.REDIR_ENTRIES;
        return 0;
    }

    /// <summary>VM_GET_HPET_CAPABILITIES: the low half of the HPET's capabilities register.</summary>
    /// <returns>0.</returns>
    public static int GetHpetCapabilities(in VmCall call, ref vm_hpet_cap argument)
    {
        argument.capabilities = Hpet.CapabilitiesLow;
        return 0;
    }

    /// <summary>VM_GET_KERNEMU_DEV: reads a register of a device inside the engine, as the vCPU would.</summary>
    /// <returns>0; EINVAL for an address outside the devices' pages; ENXIO without a back end that has the device.</returns>
    public static int ReadEmulatedDevice(in VmCall call, Vcpu* vcpu, ref vm_readwrite_kernemu_device argument)
    {
        int error = FindWindow(call.Vm, vcpu, argument.gpa, out EmulatedWindow window, out ulong offset);
        if (error != 0)
        {
            return error;
        }

        int size = Width(in argument);
        VmDevices devices = call.Vm.Devices;
        argument.value = window switch
        {
            EmulatedWindow.LocalApic => devices.Irqchip!.ReadApic(vcpu, (uint)offset),
            EmulatedWindow.IoApic => devices.Irqchip!.ReadIoApic(offset, size),
            _ => devices.Chipset.Hpet.Read(offset, size),
        };
        return 0;
    }

    /// <summary>VM_SET_KERNEMU_DEV: writes such a register.</summary>
    /// <returns>As <see cref="ReadEmulatedDevice"/>; EINVAL for a write to the local APIC that is not of four bytes at a multiple of 16.</returns>
    public static int WriteEmulatedDevice(in VmCall call, Vcpu* vcpu, ref vm_readwrite_kernemu_device argument)
    {
        int error = FindWindow(call.Vm, vcpu, argument.gpa, out EmulatedWindow window, out ulong offset);
        if (error != 0)
        {
            return error;
        }

        int size = Width(in argument);
        VmDevices devices = call.Vm.Devices;
        switch (window)
        {
            case EmulatedWindow.LocalApic:
                return devices.Irqchip!.WriteApic(vcpu, (uint)offset, size, (uint)argument.value) ? 0 : Errno.EINVAL;

            case EmulatedWindow.IoApic:
                devices.Irqchip!.WriteIoApic(offset, size, argument.value);
                return 0;

            default:
                devices.Chipset.Hpet.Write(offset, size, argument.value);
                return 0;
        }
    }

    private static int Width(in vm_readwrite_kernemu_device argument) =>
        1 << (int)(argument.access_width & vm_readwrite_kernemu_device.ACCESS_WIDTH_MASK);

    private static int FindWindow(Vm vm, Vcpu* vcpu, ulong address, out EmulatedWindow window, out ulong offset)
    {
        window = address switch
        {
            >= LocalApic.Page and < LocalApic.Page + LocalApic.PageSize => EmulatedWindow.LocalApic,
            >= IoApic.Page and < IoApic.Page + IoApic.PageSize => EmulatedWindow.IoApic,
            >= Hpet.Page and < Hpet.Page + Hpet.PageSize => EmulatedWindow.Hpet,
            _ => EmulatedWindow.None,
        };
        offset = address & (LocalApic.PageSize - 1); // each begins at a page
        return window == EmulatedWindow.None ? Errno.EINVAL
            : window == EmulatedWindow.Hpet ? 0
            : vm.Devices.Irqchip is null ? Errno.ENXIO
            : Prepare(vm, vcpu);
    }

    private enum EmulatedWindow
    {
        None,
        LocalApic,
        IoApic,
        Hpet,
    }
}
