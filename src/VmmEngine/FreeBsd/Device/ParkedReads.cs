using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Devices;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>
/// A relaxed handle's commands that read registers, answered while their vCPU sleeps after HLT. What is wrong with one is for its row to say, as is everything
/// about a vCPU that does not sleep.
/// </summary>
internal static unsafe class ParkedReads
{
    /// <summary>Answers the command if it is one of these, its vCPU sleeps, and nothing is wrong.</summary>
    /// <param name="call">Inside the VM.</param>
    /// <param name="command">The command word.</param>
    /// <param name="argument">Its argument, anything.</param>
    /// <returns>False: nothing was written.</returns>
    public static bool TryAnswer(in VmCall call, uint command, void* argument) => !ArgumentCopy.IsNowhere(argument) && command switch
    {
        VmCommandWords.VM_GET_REGISTER => TryAnswerRegister(in call, argument),
        VmCommandWords.VM_GET_REGISTER_SET => TryAnswerSet(in call, argument),
        VmCommandWords.VM_GET_SEGMENT_DESCRIPTOR => TryAnswerDescriptor(in call, argument),
        _ => false,
    };

    [SkipLocalsInit]
    private static bool TryAnswerRegister(in VmCall call, void* argument)
    {
        ArgumentCopy.In(argument, out vm_register register);
        CpuRegisters registers;
        if (RegisterMap.GroupOf(register.regnum) == 0 || !TryRead(in call, register.cpuid, &registers))
        {
            return false;
        }

        register.regval = RegisterMap.Get(ref registers, register.regnum);
        ArgumentCopy.Out(ref register, argument);
        return true;
    }

    [SkipLocalsInit]
    private static bool TryAnswerDescriptor(in VmCall call, void* argument)
    {
        ArgumentCopy.In(argument, out vm_seg_desc descriptor);
        CpuRegisters registers;
        if (!RegisterMap.HasDescriptor(descriptor.regnum) || !TryRead(in call, descriptor.cpuid, &registers))
        {
            return false;
        }

        descriptor.desc = RegisterMap.GetDescriptor(ref registers, descriptor.regnum);
        ArgumentCopy.Out(ref descriptor, argument);
        return true;
    }

    [SkipLocalsInit]
    private static bool TryAnswerSet(in VmCall call, void* argument)
    {
        ArgumentCopy.In(argument, out vm_register_set set);
        int* numbers = stackalloc int[vm_reg_name.VM_REG_LAST];
        ulong* values = stackalloc ulong[vm_reg_name.VM_REG_LAST];
        CpuRegisters registers;
        if (set.count > vm_reg_name.VM_REG_LAST
            || !UserMemory.TryCopyIn(set.regnums, numbers, set.count * sizeof(int))
            || !TryRead(in call, set.cpuid, &registers))
        {
            return false;
        }

        for (uint index = 0; index < set.count; index++)
        {
            if (RegisterMap.GroupOf(numbers[index]) == 0)
            {
                return false;
            }

            values[index] = RegisterMap.Get(ref registers, numbers[index]);
        }

        return UserMemory.TryCopyOut(values, set.regvals, set.count * sizeof(ulong));
    }

    private static bool TryRead(in VmCall call, int vcpu, CpuRegisters* registers)
    {
        VcpuRegisters request = new() { VcpuId = vcpu, Registers = registers };
        return VmCommands<ProcessorAtomics, VmHandlers>.ReadParkedRegisters(in call, ref request) == 0;
    }
}
