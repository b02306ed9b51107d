using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>Puts a back end's exit into the interface's form.</summary>
internal static unsafe class ExitTranslation
{
    private const int Rax = 0;
    private const int Rcx = 1;
    private const int Rsi = 6;
    private const int Rdi = 7;
    private const int WrmsrLength = 2;
    private const int PauseLength = 2;

    /// <summary>Translates the exit and stops the vCPU at its instruction.</summary>
    /// <returns>0; EFAULT if memory was used against its mapping; EINVAL for a string instruction on a port outside 64-bit mode.</returns>
    [SkipLocalsInit]
    public static int Translate(Vm vm, Vcpu* vcpu, VcpuExit* raw, ref vm_exit exit)
    {
        // A step is complete, and a failure has no instruction.
        if (raw->Reason is not (ExitReason.Debug or ExitReason.Failure))
        {
            vm.Backend!.Restart(vcpu);
        }

        Unsafe.SkipInit(out CpuRegisters registers);
        int error = vm.Backend!.ReadRegisters(vcpu, RegisterGroups.General | RegisterGroups.System, ref registers);
        if (error != 0)
        {
            return error;
        }

        exit.rip = registers.Rip;
        error = Fill(vm, raw, ref registers, ref exit);
        if (error == 0 && exit.inst_length != 0)
        {
            ref VcpuContext context = ref vm.ContextOf(vcpu);
            ulong next = exit.rip + (uint)exit.inst_length;
            context.NextRip = PagingModes.Of(in registers).cpu_mode == vm_cpu_mode.CPU_MODE_64BIT ? next : (uint)next;
            context.IsAtExit = true;
        }

        return error;
    }

    private static int Fill(Vm vm, VcpuExit* raw, ref CpuRegisters registers, ref vm_exit exit)
    {
        switch (raw->Reason)
        {
            case ExitReason.PortIn or ExitReason.PortOut:
                return FillPort(vm, raw, ref registers, ref exit);

            case ExitReason.MmioRead or ExitReason.MmioWrite:
                FillMemoryAccess(vm, raw, in registers, ref exit);
                return 0;

            case ExitReason.MsrRead or ExitReason.MsrWrite:
                exit.exitcode = raw->Reason == ExitReason.MsrRead ? vm_exitcode.VM_EXITCODE_RDMSR : vm_exitcode.VM_EXITCODE_WRMSR;
                exit.u.msr.code = (uint)raw->Detail;
                exit.u.msr.wval = raw->Reason == ExitReason.MsrRead ? 0 : raw->Data;
                exit.inst_length = WrmsrLength;
                return 0;

            case ExitReason.Pause:
                exit.exitcode = vm_exitcode.VM_EXITCODE_PAUSE;
                exit.inst_length = PauseLength;
                return 0;

            case ExitReason.Debug:
                exit.exitcode = vm_exitcode.VM_EXITCODE_MTRAP;
                return 0;

            case ExitReason.Breakpoint:
                exit.exitcode = vm_exitcode.VM_EXITCODE_BPT;
                exit.u.bpt.inst_length = raw->InstructionLength == 0 ? 1 : raw->InstructionLength;
                return 0;

            case ExitReason.MemoryFault:
                return Errno.EFAULT;

            case ExitReason.Failure:
                exit.exitcode = vm_exitcode.VM_EXITCODE_VMX;
                exit.u.vmx.exit_reason = (uint)raw->Detail;
                exit.u.vmx.exit_qualification = raw->Address;
                return 0;

            default:
                exit.exitcode = vm_exitcode.VM_EXITCODE_BOGUS;
                return 0;
        }
    }

    // A back end that does not know the instruction does not know either whether it is a string instruction.
    private static int FillPort(Vm vm, VcpuExit* raw, ref CpuRegisters registers, ref vm_exit exit)
    {
        exit.u.inout = new vm_inout
        {
            bits = (ushort)(raw->Size | (raw->Reason == ExitReason.PortIn ? vm_inout.VM_INOUT_IN : 0)),
            port = raw->Port,
            eax = (uint)registers.General[Rax], // for both directions: clients merge into it what they read
        };
        exit.exitcode = vm_exitcode.VM_EXITCODE_INOUT;
        exit.inst_length = raw->InstructionLength;
        if (raw->InstructionLength != 0 && (raw->Flags & ExitFlags.String) == 0)
        {
            return 0;
        }

        vm_guest_paging paging = PagingModes.Of(in registers);
        InstructionBytes bytes = InstructionBytes.Fetch(vm.Memory.Map, in registers, paging);
        PortInstruction instruction = PortInstruction.Decode(bytes.Span, paging.cpu_mode, PagingModes.DefaultOperandSize(in registers) != 0);
        exit.inst_length = instruction.Length;
        return instruction.IsString ? FillStringPort(in instruction, paging, ref registers, ref exit) : 0;
    }

    private static int FillStringPort(in PortInstruction instruction, vm_guest_paging paging, ref CpuRegisters registers, ref vm_exit exit)
    {
        if (paging.cpu_mode != vm_cpu_mode.CPU_MODE_64BIT)
        {
            return Errno.EINVAL;
        }

        vm_inout access = exit.u.inout;
        bool isIn = (access.bits & vm_inout.VM_INOUT_IN) != 0;
        access.bits |= (ushort)(vm_inout.VM_INOUT_STRING | (instruction.IsRepeated ? vm_inout.VM_INOUT_REP : 0));
        ulong mask = instruction.AddressSize == sizeof(ulong) ? ulong.MaxValue : uint.MaxValue;
        int segment = isIn ? vm_reg_name.VM_REG_GUEST_ES
            : instruction.Segment == vm_reg_name.VM_REG_LAST ? vm_reg_name.VM_REG_GUEST_DS
            : instruction.Segment;

        exit.exitcode = vm_exitcode.VM_EXITCODE_INOUT_STR;
        exit.u.inout_str = new vm_inout_str
        {
            inout = access,
            paging = paging,
            rflags = registers.Rflags,
            cr0 = registers.Cr0,
            index = registers.General[isIn ? Rdi : Rsi] & mask,
            count = instruction.IsRepeated ? registers.General[Rcx] & mask : 1,
            addrsize = instruction.AddressSize,
            seg_name = segment,
            seg_desc = RegisterMap.GetDescriptor(ref registers, segment),
            cs_d = PagingModes.DefaultOperandSize(in registers),
            cs_base = registers.Cs.Base,
        };
        return 0;
    }

    private static void FillMemoryAccess(Vm vm, VcpuExit* raw, in CpuRegisters registers, ref vm_exit exit)
    {
        vm_guest_paging paging = PagingModes.Of(in registers);
        InstructionBytes bytes = InstructionBytes.Fetch(vm.Memory.Map, in registers, paging);

        exit.exitcode = vm_exitcode.VM_EXITCODE_INST_EMUL;
        ref vm_exit_inst_emul access = ref exit.u.inst_emul;
        access.gpa = raw->Address;
        access.gla = raw->LinearAddress;
        access.cs_base = registers.Cs.Base;
        access.cs_d = PagingModes.DefaultOperandSize(in registers);
        access.paging = paging;
        VieDecoder.Decode(bytes.Span, paging.cpu_mode, access.cs_d != 0, ref access.vie);
        exit.inst_length = access.vie.decoded == 0 ? 0 : access.vie.num_processed;
    }
}
