using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Tests.Client;

/// <summary>Every exit code that reaches a client, made by a guest, with what comes with it.</summary>
public abstract unsafe partial class ExitCodeTests
{
    private const int Rax = vm_reg_name.VM_REG_GUEST_RAX;
    private const int Rcx = vm_reg_name.VM_REG_GUEST_RCX;
    private const int Rdx = vm_reg_name.VM_REG_GUEST_RDX;
    private const int Rip = vm_reg_name.VM_REG_GUEST_RIP;
    private const uint UnknownMsr = 0x4567_89AB;

    protected abstract BackendFactory Factory { get; }

    [ExitCase(vm_exitcode.VM_EXITCODE_INOUT)]
    public void Inout()
    {
        using ClientGuest guest = ClientModes.Protected(Factory, c =>
        {
            c.mov(eax, 0x1234_5678);
            c.@out(0x13, eax);
            c.mov(edx, 0x3F8);
            c.@in(ax, dx);
        });
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_INOUT, 2, ClientGuest.Start + 5), (exit.exitcode, exit.inst_length, exit.rip));
        Assert.Equal((4, 0x13, 0x1234_5678u), (exit.u.inout.bits, exit.u.inout.port, exit.u.inout.eax));
        exit = guest.Run();
        Assert.Equal((2 | vm_inout.VM_INOUT_IN, 0x3F8, 2), (exit.u.inout.bits, exit.u.inout.port, exit.inst_length));
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_VMX)]
    public void CodeWhereNothingIs()
    {
        using ClientGuest guest = ClientModes.Protected(Factory, c => c.nop());
        guest.Set(Rip, ClientModes.Device);
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_VMX, 0, ClientModes.Device), (exit.exitcode, exit.inst_length, exit.rip));
        Assert.NotEqual(0u, exit.u.vmx.exit_reason);
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_BOGUS)]
    public void ARunThatIsLongEnough()
    {
        using ClientGuest guest = new(new FreeBsdHostOptions { BackendFactory = Factory, InstructionsPerRun = 10 }, 0x40, 0xEB, 0xFD); // inc ax; jmp
        for (int run = 0; run < 3; run++)
        {
            ulong before = guest.Get(Rax);
            Assert.Equal(0, guest.TryRun(out vm_exit exit));
            Assert.Equal((vm_exitcode.VM_EXITCODE_BOGUS, 0), (exit.exitcode, exit.inst_length));
            Assert.InRange(exit.rip, ClientGuest.Start, ClientGuest.Start + 1);
            Assert.NotEqual(before, guest.Get(Rax));
        }
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_RDMSR)]
    public void ReadingAnUnknownRegister()
    {
        using ClientGuest guest = ClientModes.Protected(Factory, c =>
        {
            c.mov(ecx, UnknownMsr);
            c.rdmsr();
            c.@out(0x10, eax);
        });
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_RDMSR, 2, ClientGuest.Start + 5), (exit.exitcode, exit.inst_length, exit.rip));
        Assert.Equal((UnknownMsr, 0UL), (exit.u.msr.code, exit.u.msr.wval));
        guest.Set(Rax, 0x1122_3344);
        guest.Set(Rdx, 0x5566_7788);
        Assert.Equal(0x1122_3344u, guest.Run().u.inout.eax);
        Assert.Equal(0x5566_7788u, guest.Get(Rdx));
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_WRMSR)]
    public void WritingAnUnknownRegister()
    {
        using ClientGuest guest = ClientModes.Protected(Factory, c =>
        {
            c.mov(ecx, UnknownMsr);
            c.mov(eax, 0x1122_3344);
            c.mov(edx, 0x5566_7788);
            c.wrmsr();
            c.@out(0x10, al);
        });
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_WRMSR, 2, ClientGuest.Start + 15), (exit.exitcode, exit.inst_length, exit.rip));
        Assert.Equal((UnknownMsr, 0x5566_7788_1122_3344UL), (exit.u.msr.code, exit.u.msr.wval));
        Assert.Equal(0x10, guest.Run().u.inout.port);
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_INST_EMUL)]
    public void AMemoryAccessWhereNoMemoryIs()
    {
        const uint offset = 0x123;
        using ClientGuest guest = ClientModes.Long(Factory, c =>
        {
            c.mov(rbx, ClientModes.DeviceWindow);
            c.mov(esi, 8);
            c.mov(r9d, __dword_ptr[rbx + (rsi * 4) + offset]);
            c.mov(__word_ptr[rbx - 0], (short)0x55AA);
        });
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_INST_EMUL, 8), (exit.exitcode, exit.inst_length));
        ref vm_exit_inst_emul access = ref exit.u.inst_emul;
        Assert.Equal((ClientModes.Device + 0x143, ClientModes.DeviceWindow + 0x143), (access.gpa, access.gla));
        Assert.Equal((0UL, 0), (access.cs_base, access.cs_d));
        ExpectLongMode(access.paging);

        ref vie vie = ref access.vie;
        byte[] bytes = guest.Memory(exit.rip, vie.VIE_INST_SIZE);
        for (int i = 0; i < bytes.Length; i++)
        {
            Assert.Equal(bytes[i], vie.inst[i]);
        }

        Assert.Equal((15, 8, 1), (vie.num_valid, vie.num_processed, vie.decoded));
        Assert.Equal((0x48, 0x12), (vie.addrsize_opsize, vie.prefixes)); // 8-byte addresses, 4-byte operands; REX.R
        Assert.Equal((vm_reg_name.VM_REG_GUEST_RBX, vm_reg_name.VM_REG_GUEST_RSI, vm_reg_name.VM_REG_LAST), (vie.base_register, vie.index_register, vie.segment_register));
        Assert.Equal((4, offset, 4, 0), (vie.scale, (uint)vie.displacement, vie.disp_bytes, vie.imm_bytes));
        Assert.Equal(0x8B, vie.op.op_byte);

        exit = guest.Run();
        Assert.Equal((ClientModes.Device, ClientModes.DeviceWindow), (exit.u.inst_emul.gpa, exit.u.inst_emul.gla));
        Assert.Equal((0xC7, 2, 0x55AAL), (exit.u.inst_emul.vie.op.op_byte, exit.u.inst_emul.vie.imm_bytes, exit.u.inst_emul.vie.immediate));
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_INOUT_STR)]
    public void AStringInstructionOnAPort()
    {
        using ClientGuest guest = ClientModes.Long(Factory, c =>
        {
            c.mov(edx, 0x1F0);
            c.mov(ecx, 5);
            c.mov(rsi, 0x4000);
            c.rep.outsw();
            c.mov(rdi, 0x5000);
            c.insb();
            c.@out(0x10, al);
        });
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_INOUT_STR, 3), (exit.exitcode, exit.inst_length));
        ref vm_inout_str access = ref exit.u.inout_str;
        Assert.Equal((2 | vm_inout.VM_INOUT_STRING | vm_inout.VM_INOUT_REP, 0x1F0), (access.inout.bits, access.inout.port));
        ExpectLongMode(access.paging);
        Assert.Equal((0x4000UL, 5UL, 8), (access.index, access.count, access.addrsize));
        Assert.Equal((vm_reg_name.VM_REG_GUEST_DS, 0UL), (access.seg_name, access.seg_desc.@base));
        Assert.Equal((0UL, 0), (access.cs_base, access.cs_d));
        Assert.Equal((guest.Get(vm_reg_name.VM_REG_GUEST_RFLAGS), guest.Get(vm_reg_name.VM_REG_GUEST_CR0)), (access.rflags, access.cr0));

        exit = guest.Run();
        Assert.Equal((1 | vm_inout.VM_INOUT_STRING | vm_inout.VM_INOUT_IN, 0x1F0), (exit.u.inout_str.inout.bits, exit.u.inout_str.inout.port));
        Assert.Equal((0x5000UL, 1UL, vm_reg_name.VM_REG_GUEST_ES), (exit.u.inout_str.index, exit.u.inout_str.count, exit.u.inout_str.seg_name));
        Assert.Equal(0x10, guest.Run().u.inout.port);
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_SUSPENDED)]
    public void ASuspendedGuest()
    {
        using ClientGuest guest = new(Factory, 0xEB, 0xFE);
        guest.Check(VmCommandWords.VM_SUSPEND, new vm_suspend { how = vm_suspend_how.VM_SUSPEND_RESET });
        Assert.Equal(0, guest.TryRun(out vm_exit exit));
        Assert.Equal((vm_exitcode.VM_EXITCODE_SUSPENDED, 0, ClientGuest.Start), (exit.exitcode, exit.inst_length, exit.rip));
        Assert.Equal(vm_suspend_how.VM_SUSPEND_RESET, exit.u.suspended.how);
        Assert.Equal(Errno.EINVAL, guest.TryRun(out _));
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_REQIDLE)]
    public void AGuestThatACommandEjects()
    {
        using ClientGuest guest = new(Factory, 0x40, 0xEB, 0xFD); // inc ax; jmp
        vm_exit exit = default;
        int error = -1;
        Thread runner = new(() =>
        {
            do
            {
                error = guest.TryRun(out exit);
            }
            while (error == 0 && exit.exitcode != vm_exitcode.VM_EXITCODE_REQIDLE);
        });
        runner.Start();
        while (runner.IsAlive)
        {
            guest.Get(Rax);
        }

        Assert.Equal((0, vm_exitcode.VM_EXITCODE_REQIDLE, 0), (error, exit.exitcode, exit.inst_length));
        Assert.InRange(exit.rip, ClientGuest.Start, ClientGuest.Start + 1);
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_TASK_SWITCH)]
    public void ATaskSwitch()
    {
        using ClientGuest guest = ClientModes.Protected(Factory, c =>
        {
            c.AddInstruction(Iced.Intel.Instruction.CreateBranch(Iced.Intel.Code.Jmp_ptr1632, ClientModes.OtherTssSelector, 0));
            c.@int(6);
            c.ud2();
        });
        ClientModes.Write(guest, ClientModes.Idt + (6 * 8), ((ulong)ClientModes.OtherTssSelector << 16) | (0x85UL << 40));
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_TASK_SWITCH, 7, ClientGuest.Start), (exit.exitcode, exit.inst_length, exit.rip));
        ref vm_task_switch task = ref exit.u.task_switch;
        Assert.Equal((ClientModes.OtherTssSelector, 0, task_switch_reason.TSR_JMP), (task.tsssel, task.ext, task.reason));
        Assert.Equal((0u, 0), (task.errcode, task.errcode_valid));
        Assert.Equal((vm_cpu_mode.CPU_MODE_PROTECTED, vm_paging_mode.PAGING_MODE_FLAT, 0), (task.paging.cpu_mode, task.paging.paging_mode, task.paging.cpl));

        // The client leaves it out, and the guest goes on behind.
        exit = guest.Run();
        Assert.Equal((task_switch_reason.TSR_IDT_GATE, 0, 2), (exit.u.task_switch.reason, exit.u.task_switch.ext, exit.inst_length));
        exit = guest.Run();
        Assert.Equal((task_switch_reason.TSR_IDT_GATE, 1, 0), (exit.u.task_switch.reason, exit.u.task_switch.ext, exit.inst_length));
        Assert.Equal(ClientGuest.Start + 9, exit.rip);
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_TASK_SWITCH)]
    public void TaskSwitchesByCallReturnAndAFaultWithAnErrorCode()
    {
        const ushort badSelector = 0xFFF8;
        using ClientGuest guest = ClientModes.Protected(Factory, c =>
        {
            c.AddInstruction(Iced.Intel.Instruction.CreateBranch(Iced.Intel.Code.Call_ptr1632, ClientModes.OtherTssSelector, 0));
            c.push(0x4002);
            c.popfd();
            c.iretd();
            c.mov(eax, badSelector);
            c.mov(ds, eax);
        });
        ClientModes.Write(guest, ClientModes.Idt + (13 * 8), ((ulong)ClientModes.OtherTssSelector << 16) | (0x85UL << 40));
        vm_exit exit = guest.Run();
        Assert.Equal((task_switch_reason.TSR_CALL, 7), (exit.u.task_switch.reason, exit.inst_length));

        // Nested in the task that the guest is in already, which must be busy for that and is.
        ClientModes.Write(guest, ClientModes.Tss, ClientModes.TssSelector);
        exit = guest.Run();
        Assert.Equal((task_switch_reason.TSR_IRET, ClientModes.TssSelector, 1), (exit.u.task_switch.reason, exit.u.task_switch.tsssel, exit.inst_length));
        exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_TASK_SWITCH, 0, 1), (exit.exitcode, exit.inst_length, exit.u.task_switch.ext));
        Assert.Equal((task_switch_reason.TSR_IDT_GATE, (uint)badSelector, 1), (exit.u.task_switch.reason, exit.u.task_switch.errcode, exit.u.task_switch.errcode_valid));
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_INST_EMUL)]
    public void AMemoryAccessThroughASegmentAndOneThatIsNotDecoded()
    {
        using ClientGuest guest = ClientModes.Protected(Factory, c =>
        {
            c.mov(ebx, (uint)ClientModes.Device);
            c.mov(al, __byte_ptr.fs[ebx - 4]);
            c.movups(xmm0, __[ebx]);
            c.@out(0x10, al);
        });
        vm_seg_desc segment = new() { regnum = vm_reg_name.VM_REG_GUEST_FS, desc = new seg_desc { @base = 0x1000, limit = uint.MaxValue, access = 0xC093 } };
        guest.Check(VmmEngine.FreeBsd.VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, segment);
        guest.Set(vm_reg_name.VM_REG_GUEST_CR4, guest.Get(vm_reg_name.VM_REG_GUEST_CR4) | 0x200);
        vm_exit exit = guest.Run();
        Assert.Equal((ClientModes.Device + 0xFFC, ClientModes.Device + 0xFFC), (exit.u.inst_emul.gpa, exit.u.inst_emul.gla));
        Assert.Equal((vm_reg_name.VM_REG_GUEST_FS, -4L, 1), (exit.u.inst_emul.vie.segment_register, exit.u.inst_emul.vie.displacement, exit.u.inst_emul.cs_d));

        exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_INST_EMUL, 0, 0), (exit.exitcode, exit.inst_length, exit.u.inst_emul.vie.decoded));
        Assert.Equal((ClientModes.Device, 15), (exit.u.inst_emul.gpa, exit.u.inst_emul.vie.num_valid));
        guest.Set(Rip, exit.rip + 3); // the client says itself where the guest goes on
        Assert.Equal(0x10, guest.Run().u.inout.port);
    }

    [BackendFact]
    public void TheOlderRunReturnsTheExitInItsArgument()
    {
        using ClientGuest guest = ClientModes.Protected(Factory, c => c.@out(0x13, al));
        vm_run_13 run = default;
        do
        {
            Assert.Equal(0, guest.Command(VmCommandWords.VM_RUN_13, ref run));
        }
        while (run.vm_exit.exitcode is vm_exitcode.VM_EXITCODE_REQIDLE or vm_exitcode.VM_EXITCODE_BOGUS);
        Assert.Equal((vm_exitcode.VM_EXITCODE_INOUT, 0x13, 2), (run.vm_exit.exitcode, run.vm_exit.u.inout.port, run.vm_exit.inst_length));
    }

    [BackendFact]
    public void ARunThatCannotBeginOrCannotTellSaysSo()
    {
        using ClientGuest guest = ClientModes.Protected(Factory, c => c.@out(0x13, al));
        vm_exit exit = default;
        Assert.Equal(Errno.EINVAL, guest.Command(VmCommandWords.VM_RUN, new vm_run { cpuid = 1, vm_exit = &exit })); // not active
        Assert.Equal(Errno.EINVAL, guest.Command(VmCommandWords.VM_RUN, new vm_run { cpuid = 2, vm_exit = &exit })); // no such id
        Assert.Equal(Errno.EFAULT, guest.Command(VmCommandWords.VM_RUN, new vm_run { vm_exit = (vm_exit*)8 }));
        Assert.Equal(0x13, guest.Run().u.inout.port); // and nothing was lost
    }

    private static void ExpectLongMode(in vm_guest_paging paging)
    {
        Assert.Equal((ClientModes.PageTables, 0), (paging.cr3, paging.cpl));
        Assert.Equal((vm_cpu_mode.CPU_MODE_64BIT, vm_paging_mode.PAGING_MODE_64), (paging.cpu_mode, paging.paging_mode));
    }
}
