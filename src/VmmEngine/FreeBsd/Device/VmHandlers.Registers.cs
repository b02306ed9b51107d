using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Devices;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <content>Registers, one by one, in sets, and in bulk.</content>
public unsafe partial struct VmHandlers
{
    /// <summary>VM_GET_REGISTER: reads a register. RIP is that of the last exit's instruction, wherever the guest goes on.</summary>
    /// <returns>0; ENXIO without a back end; EINVAL for a number that names none, or one that cannot be read.</returns>
    public static int GetRegister(in VmCall call, Vcpu* vcpu, ref vm_register argument) => vcpu->Backend != null
        ? Read(call.Vm, vcpu, argument.regnum, out argument.regval)
        : PrepareAndRead(call.Vm, vcpu, ref argument);

    /// <summary>VM_READ_PARKED: reads the registers of a vCPU that sleeps after HLT, but for the floating-point ones, and lets it sleep.</summary>
    /// <returns>0; EBUSY unless the vCPU sleeps: then only who holds it can read its registers.</returns>
    public static int ReadParkedRegisters(in VmCall call, Vcpu* vcpu, ref VcpuRegisters argument) =>
        call.Vm.Parked![vcpu->Id].TryRead(out *argument.Registers) ? 0 : Errno.EBUSY;

    /// <summary>VM_SET_REGISTER: writes a register. A new RIP is also where the guest goes on.</summary>
    /// <returns>0; ENXIO without a back end; EINVAL for a number that names none, or a value that the register does not take.</returns>
    public static int SetRegister(in VmCall call, Vcpu* vcpu, ref vm_register argument)
    {
        int error = Prepare(call.Vm, vcpu);
        return error != 0 ? error : Write(call.Vm, vcpu, argument.regnum, argument.regval);
    }

    /// <summary>VM_GET_REGISTER_SET: reads several registers into the client's array, all or none.</summary>
    /// <returns>0; ENXIO without a back end; EINVAL for more than there are, or as <see cref="GetRegister"/>; EFAULT for an array that is not there.</returns>
    public static int GetRegisterSet(in VmCall call, Vcpu* vcpu, ref vm_register_set argument)
    {
        int* numbers = stackalloc int[vm_reg_name.VM_REG_LAST];
        ulong* values = stackalloc ulong[vm_reg_name.VM_REG_LAST];
        int error = Begin(call.Vm, vcpu, in argument, numbers);
        for (uint index = 0; index < argument.count && error == 0; index++)
        {
            error = Read(call.Vm, vcpu, numbers[index], out values[index]);
        }

        return error != 0 ? error
            : UserMemory.TryCopyOut(values, argument.regvals, argument.count * sizeof(ulong)) ? 0
            : Errno.EFAULT;
    }

    /// <summary>VM_SET_REGISTER_SET: writes several registers in the order given. Those before one that fails stay written.</summary>
    /// <returns>0; ENXIO without a back end; EINVAL for more than there are, or as <see cref="SetRegister"/>; EFAULT for an array that is not there.</returns>
    public static int SetRegisterSet(in VmCall call, Vcpu* vcpu, ref vm_register_set argument)
    {
        int* numbers = stackalloc int[vm_reg_name.VM_REG_LAST];
        ulong* values = stackalloc ulong[vm_reg_name.VM_REG_LAST];
        int error = Begin(call.Vm, vcpu, in argument, numbers);
        if (error == 0 && !UserMemory.TryCopyIn(argument.regvals, values, argument.count * sizeof(ulong)))
        {
            error = Errno.EFAULT;
        }

        for (uint index = 0; index < argument.count && error == 0; index++)
        {
            error = Write(call.Vm, vcpu, numbers[index], values[index]);
        }

        return error;
    }

    /// <summary>VM_GET_SEGMENT_DESCRIPTOR: reads the hidden part of a segment register, or a descriptor table's place.</summary>
    /// <returns>0; EINVAL for a register that has none; ENXIO without a back end.</returns>
    public static int GetSegmentDescriptor(in VmCall call, Vcpu* vcpu, ref vm_seg_desc argument)
    {
        if (!RegisterMap.HasDescriptor(argument.regnum))
        {
            return Errno.EINVAL;
        }

        int error = Fetch(call.Vm, vcpu, RegisterGroups.System, out CpuRegisters registers);
        if (error == 0)
        {
            argument.desc = RegisterMap.GetDescriptor(ref registers, argument.regnum);
        }

        return error;
    }

    /// <summary>VM_SET_SEGMENT_DESCRIPTOR: writes it. The selector stays.</summary>
    /// <returns>As <see cref="GetSegmentDescriptor"/>.</returns>
    public static int SetSegmentDescriptor(in VmCall call, Vcpu* vcpu, ref vm_seg_desc argument)
    {
        if (!RegisterMap.HasDescriptor(argument.regnum))
        {
            return Errno.EINVAL;
        }

        int error = Fetch(call.Vm, vcpu, RegisterGroups.System, out CpuRegisters registers);
        if (error != 0)
        {
            return error;
        }

        RegisterMap.SetDescriptor(ref registers, argument.regnum, in argument.desc);
        return SystemRegisters.Write(call.Vm, vcpu, in registers);
    }

    /// <summary>VM_READ_REGISTERS: reads registers in bulk.</summary>
    /// <returns>0; ENXIO without a back end.</returns>
    public static int ReadRegisters(in VmCall call, Vcpu* vcpu, ref VcpuRegisters argument)
    {
        int error = Prepare(call.Vm, vcpu);
        return error != 0 ? error : SystemRegisters.Read(call.Vm, vcpu, (RegisterGroups)argument.Groups, ref *argument.Registers);
    }

    /// <summary>VM_WRITE_REGISTERS: writes registers in bulk. With the general ones comes RIP, where the guest goes on then.</summary>
    /// <returns>0; ENXIO without a back end; EINVAL for values that no processor accepts.</returns>
    public static int WriteRegisters(in VmCall call, Vcpu* vcpu, ref VcpuRegisters argument)
    {
        RegisterGroups groups = (RegisterGroups)argument.Groups;
        int error = Prepare(call.Vm, vcpu);
        if (error == 0)
        {
            error = call.Vm.Backend!.WriteRegisters(vcpu, groups, in *argument.Registers);
        }

        if (error == 0 && (groups & RegisterGroups.General) != 0)
        {
            call.Vm.ContextOf(vcpu).IsAtExit = false;
        }

        if (error == 0 && (groups & RegisterGroups.System) != 0)
        {
            call.Vm.ContextOf(vcpu).HoldsSystem = false;
        }

        return error;
    }

    /// <summary>Makes sure that there is a back end, and that it has the vCPU.</summary>
    /// <returns>0; ENXIO; ENOMEM.</returns>
    private static int Prepare(Vm vm, Vcpu* vcpu)
    {
        if (vcpu->Backend != null)
        {
            return 0;
        }

        return vm.Backend is null ? Errno.ENXIO : PrepareFirst(vm, vcpu);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int PrepareFirst(Vm vm, Vcpu* vcpu)
    {
        int error = vm.Backend!.Prepare(vcpu);
        if (error == 0)
        {
            TakeLatchedNmi(vm, vcpu);
        }

        return error;
    }

    private static int Begin(Vm vm, Vcpu* vcpu, in vm_register_set argument, int* numbers)
    {
        int error = Prepare(vm, vcpu);
        return error != 0 ? error
            : argument.count > vm_reg_name.VM_REG_LAST ? Errno.EINVAL
            : UserMemory.TryCopyIn(argument.regnums, numbers, argument.count * sizeof(int)) ? 0
            : Errno.EFAULT;
    }

    [SkipLocalsInit]
    private static int Fetch(Vm vm, Vcpu* vcpu, RegisterGroups groups, out CpuRegisters registers)
    {
        Unsafe.SkipInit(out registers);
        int error = Prepare(vm, vcpu);
        return error != 0 ? error : SystemRegisters.Read(vm, vcpu, groups, ref registers);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int PrepareAndRead(Vm vm, Vcpu* vcpu, ref vm_register argument)
    {
        int error = Prepare(vm, vcpu);
        return error != 0 ? error : Read(vm, vcpu, argument.regnum, out argument.regval);
    }

    private static int Read(Vm vm, Vcpu* vcpu, int register, out ulong value)
    {
        int general = RegisterMap.GeneralIndexOf(register);
        return general >= 0 ? vm.Backend!.ReadGeneral(vcpu, general, out value) : ReadOther(vm, vcpu, register, out value);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ReadOther(Vm vm, Vcpu* vcpu, int register, out ulong value)
    {
        value = 0;
        RegisterGroups group = RegisterMap.GroupOf(register);
        if (group == 0)
        {
            return Errno.EINVAL;
        }

        Unsafe.SkipInit(out CpuRegisters registers);
        int error = SystemRegisters.Read(vm, vcpu, group, ref registers);
        if (error == 0)
        {
            value = RegisterMap.Get(ref registers, register);
        }

        return error;
    }

    [SkipLocalsInit]
    private static int Write(Vm vm, Vcpu* vcpu, int register, ulong value)
    {
        if (register == vm_reg_name.VM_REG_GUEST_ENTRY_INST_LENGTH)
        {
            return 0; // means something to a processor of the other make, which upstream tells the same
        }

        RegisterGroups group = RegisterMap.GroupOf(register);
        if (group == 0)
        {
            return Errno.EINVAL;
        }

        Unsafe.SkipInit(out CpuRegisters registers);
        int error = SystemRegisters.Read(vm, vcpu, group, ref registers);
        if (error != 0)
        {
            return error;
        }

        if (!RegisterMap.TrySet(ref registers, register, value))
        {
            return Errno.EINVAL;
        }

        error = group == RegisterGroups.System
            ? SystemRegisters.Write(vm, vcpu, in registers)
            : vm.Backend!.WriteRegisters(vcpu, group, in registers);
        if (error == 0 && register == vm_reg_name.VM_REG_GUEST_RIP)
        {
            vm.ContextOf(vcpu).IsAtExit = false;
        }

        return error;
    }
}
