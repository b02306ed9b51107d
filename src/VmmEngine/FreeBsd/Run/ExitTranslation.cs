using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Instructions;
using VmmEngine.Locks;
using VmmEngine.Memory;
using VmmEngine.Paging;

namespace VmmEngine.FreeBsd;

/// <summary>Puts a back end's exit into the interface's form.</summary>
internal static unsafe class ExitTranslation
{
    private const int Rax = 0;
    private const int Rcx = 1;
    private const int Rsi = 6;
    private const int Rdi = 7;
    private const int WrmsrLength = 2;
    private const int Int3Length = 1;
    private const uint EptViolation = 48;
    private const ulong EptFetch = 1 << 2;
    private const ulong TrapFlag = 1 << 8;

    /// <summary>Translates the exit and stops the vCPU at its instruction.</summary>
    /// <returns>0; EFAULT if memory was used against its mapping; EINVAL for a string instruction on a port outside 64-bit mode.</returns>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
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
        error = Fill(vm, vcpu, raw, ref registers, ref exit);
        if (error == 0 && exit.inst_length != 0)
        {
            ref VcpuContext context = ref vm.ContextOf(vcpu);
            ulong next = exit.rip + (uint)exit.inst_length;
            context.NextRip = PagingModes.Of(in registers).cpu_mode == vm_cpu_mode.CPU_MODE_64BIT ? next : (uint)next;
            context.IsAtExit = true;
        }

        return error;
    }

    private static int Fill(Vm vm, Vcpu* vcpu, VcpuExit* raw, ref CpuRegisters registers, ref vm_exit exit)
    {
        switch (raw->Reason)
        {
            case ExitReason.PortIn or ExitReason.PortOut:
                return FillPort(vm, raw, ref registers, ref exit);

            case ExitReason.MmioRead or ExitReason.MmioWrite:
                FillMemoryAccess(vm, raw, ref registers, ref exit);
                return 0;

            case ExitReason.MsrRead or ExitReason.MsrWrite:
                exit.exitcode = raw->Reason == ExitReason.MsrRead ? vm_exitcode.VM_EXITCODE_RDMSR : vm_exitcode.VM_EXITCODE_WRMSR;
                exit.u.msr.code = (uint)raw->Detail;
                exit.u.msr.wval = raw->Reason == ExitReason.MsrRead ? 0 : raw->Data;
                exit.inst_length = WrmsrLength;
                return 0;

            case ExitReason.Pause:
                exit.exitcode = vm_exitcode.VM_EXITCODE_PAUSE;
                exit.inst_length = raw->InstructionLength;
                return 0;

            case ExitReason.Debug:
                FillStep(vm, vcpu, in registers, ref exit);
                return 0;

            case ExitReason.Breakpoint:
                exit.exitcode = vm_exitcode.VM_EXITCODE_BPT;
                exit.u.bpt.inst_length = raw->InstructionLength == 0 ? Int3Length : raw->InstructionLength;
                return 0;

            case ExitReason.TaskSwitch:
                FillTaskSwitch(raw, in registers, ref exit);
                return 0;

            // There is nothing at the address: not a fault on a mapping, and no client can carry out an instruction that cannot be fetched.
            case ExitReason.MemoryFault when raw->Detail == (ulong)MemoryProtection.Execute
                && !vm.Memory.Map.TryTranslate(new Gpa(raw->Address), 1, MemoryProtection.None, out _):
                exit.exitcode = vm_exitcode.VM_EXITCODE_VMX;
                exit.u.vmx.exit_reason = EptViolation;
                exit.u.vmx.exit_qualification = EptFetch;
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

    // The guest's own TF is untouched by the step, also in what PUSHF pushed, so there is nothing to put right.
    private static void FillStep(Vm vm, Vcpu* vcpu, in CpuRegisters registers, ref vm_exit exit)
    {
        uint capabilities = vm.ContextOf(vcpu).Capabilities & ((1u << vm_cap_type.VM_CAP_MTRAP_EXIT) | (1u << vm_cap_type.VM_CAP_RFLAGS_TF));
        if (capabilities != 1u << vm_cap_type.VM_CAP_RFLAGS_TF)
        {
            exit.exitcode = vm_exitcode.VM_EXITCODE_MTRAP;
            return;
        }

        exit.exitcode = vm_exitcode.VM_EXITCODE_DB;
        exit.u.dbg.trace_trap = 1;
        exit.u.dbg.tf_shadow_val = (int)(registers.Rflags & TrapFlag);
        exit.u.dbg.paging = PagingModes.Of(in registers);
    }

    private static void FillTaskSwitch(VcpuExit* raw, in CpuRegisters registers, ref vm_exit exit)
    {
        TaskSwitchRequest request = new(raw->Detail);
        exit.exitcode = vm_exitcode.VM_EXITCODE_TASK_SWITCH;
        exit.inst_length = raw->InstructionLength;
        exit.u.task_switch = new vm_task_switch
        {
            tsssel = request.Selector,
            ext = request.IsExternal ? 1 : 0,
            errcode = request.ErrorCode.GetValueOrDefault(),
            errcode_valid = request.ErrorCode.HasValue ? 1 : 0,
            reason = (int)request.Cause,
            paging = PagingModes.Of(in registers),
        };
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

    private static void FillMemoryAccess(Vm vm, VcpuExit* raw, ref CpuRegisters registers, ref vm_exit exit)
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
        if (access.vie.decoded == 0)
        {
            return;
        }

        exit.inst_length = access.vie.num_processed;
        if (access.gla == 0)
        {
            bool isLong = paging.cpu_mode == vm_cpu_mode.CPU_MODE_64BIT;
            access.gla = LinearOperand.Find(in access.vie, ref registers, isLong, raw->Reason == ExitReason.MmioWrite);
        }
    }
}
