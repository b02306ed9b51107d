using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Tests.FreeBsd.Running;
using VmmEngine.Tests.Locks;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>VM_RUN: its checks, its exits, and where the guest goes on.</summary>
public unsafe class RunTests
{
    private const int Rax = vm_reg_name.VM_REG_GUEST_RAX;
    private const int Rip = vm_reg_name.VM_REG_GUEST_RIP;

    private static readonly VcpuExit Out = new() { Reason = ExitReason.PortOut, Size = 1, Port = 0x3F8, Data = 'x', InstructionLength = 1 };
    private static readonly VcpuExit In = new() { Reason = ExitReason.PortIn, Size = 2, Port = 0x1F0, InstructionLength = 1 };

    private readonly GuestVm _guest = new();

    [Fact]
    public void OnlyActiveVcpusRun()
    {
        Assert.Equal(Errno.EINVAL, _guest.TryRun(out _));
        OneVm one = new();
        Assert.Equal(Errno.EINVAL, one.Vm.Ioctl(VmCommandWords.VM_RUN, new vm_run()));
        one.Vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 0);
        Assert.Equal(Errno.ENXIO, one.Vm.Ioctl(VmCommandWords.VM_RUN, new vm_run())); // active, and no processor
    }

    [Fact]
    public void AnExitTellsWhatTheGuestWants()
    {
        _guest.WithVcpu().Does(Out).Does(In).Set(Rax, 0x1_0000_0078).Set(Rip, 0x100);
        vm_exit exit = _guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_INOUT, 1, 0x100UL), (exit.exitcode, exit.inst_length, exit.rip));
        Assert.Equal((1, 0x3F8, 0x78u), (exit.u.inout.bits, exit.u.inout.port, exit.u.inout.eax));

        exit = _guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_INOUT, 0x101UL), (exit.exitcode, exit.rip));
        Assert.Equal((2 | vm_inout.VM_INOUT_IN, 0x1F0, 0x78u), (exit.u.inout.bits, exit.u.inout.port, exit.u.inout.eax));
    }

    [Fact]
    public void RipStaysAtTheInstructionUntilTheNextRun()
    {
        _guest.WithVcpu().Does(Out).Does(Out).Set(Rip, 0x100);
        _guest.Run();
        Assert.Equal(0x100u, _guest.Get(Rip));
        Assert.Equal(0x101u, _guest.Run().rip);
    }

    [Fact]
    public void TheClientCompletesAnInputThroughTheAccumulator()
    {
        _guest.WithVcpu().Does(In).Does(Out).Set(Rip, 0x100).Set(Rax, 0x1111);
        _guest.Run();
        Assert.Equal(0x1111u, _guest.Get(Rax)); // nothing has come in yet
        _guest.Set(Rax, 0x2222);
        Assert.Equal((0x101UL, 0x2222u), Outcome(_guest.Run()));

        static (ulong, uint) Outcome(vm_exit exit) => (exit.rip, exit.u.inout.eax);
    }

    [Fact]
    public void AWrittenRipIsWhereTheGuestGoesOn()
    {
        _guest.WithVcpu().Does(Out).Does(Out).Set(Rip, 0x100);
        _guest.Run();
        _guest.Set(Rip, 0x500);
        Assert.Equal(0x500u, _guest.Run().rip);
    }

    [Fact]
    public void ARestartedInstructionHappensAgain()
    {
        _guest.WithVcpu().Does(Out).Does(Out).Does(Out).Set(Rip, 0x100);
        _guest.Run();
        Assert.Equal(0, _guest.Vm.Vcpu(VmCommandWords.VM_RESTART_INSTRUCTION, 0));
        Assert.Equal(0x100u, _guest.Run().rip);
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_INJECT_EXCEPTION, new vm_exception { vector = 6, restart_instruction = 1 }));
        Assert.Equal(0x100u, _guest.Run().rip);
    }

    [Fact]
    public void BelowSixtyFourBitsTheInstructionPointerWraps()
    {
        _guest.WithVcpu().Does(Out).Does(Out).Set(Rip, 0xFFFF_FFFF);
        _guest.Run();
        Assert.Equal(0u, _guest.Run().rip);
    }

    [Theory]
    [InlineData(ExitReason.MsrRead, vm_exitcode.VM_EXITCODE_RDMSR, 2)]
    [InlineData(ExitReason.MsrWrite, vm_exitcode.VM_EXITCODE_WRMSR, 2)]
    [InlineData(ExitReason.Pause, vm_exitcode.VM_EXITCODE_PAUSE, 2)]
    [InlineData(ExitReason.Debug, vm_exitcode.VM_EXITCODE_MTRAP, 0)]
    [InlineData(ExitReason.Breakpoint, vm_exitcode.VM_EXITCODE_BPT, 0)]
    [InlineData(ExitReason.Failure, vm_exitcode.VM_EXITCODE_VMX, 0)]
    public void OtherExitsHaveTheirCodes(ExitReason reason, int code, int length)
    {
        _guest.WithVcpu().Does(new VcpuExit { Reason = reason, Detail = 0xC000_0080, Data = 5, InstructionLength = 2 }).Set(Rip, 0x100);
        vm_exit exit = _guest.Run();
        Assert.Equal((code, length, 0x100UL), (exit.exitcode, exit.inst_length, exit.rip));
        switch (reason)
        {
            case ExitReason.MsrRead:
                Assert.Equal((0xC000_0080u, 0UL), (exit.u.msr.code, exit.u.msr.wval));
                break;
            case ExitReason.MsrWrite:
                Assert.Equal((0xC000_0080u, 5UL), (exit.u.msr.code, exit.u.msr.wval));
                break;
            case ExitReason.Breakpoint:
                Assert.Equal(2, exit.u.bpt.inst_length);
                break;
            case ExitReason.Failure:
                Assert.Equal(0xC000_0080u, exit.u.vmx.exit_reason);
                break;
        }
    }

    [Fact]
    public void MemoryUsedAgainstItsMappingEndsTheRun()
    {
        _guest.WithVcpu().Does(new VcpuExit { Reason = ExitReason.MemoryFault, Address = 0x1000 });
        Assert.Equal(Errno.EFAULT, _guest.TryRun(out vm_exit exit));
        Assert.Equal(0, exit.exitcode);
        HostAssert.NothingHeld(_guest.Vm);
    }

    [Fact]
    public void AStringInstructionIsReportedIn64BitModeOnly()
    {
        VcpuExit outs = Out with { Flags = ExitFlags.String | ExitFlags.Repeat, Size = 2, InstructionLength = 0 };
        _guest.WithMemory().WithVcpu().Does(outs).Does(outs);
        _guest.Vm.Write(0x2000, [0x6F]);
        vm_seg_desc code = new() { regnum = vm_reg_name.VM_REG_GUEST_CS, desc = new seg_desc { limit = 0xFFFF } };
        _guest.Vm.Ioctl(VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, ref code);
        _guest.Set(Rip, 0x2000);
        Assert.Equal(Errno.EINVAL, _guest.TryRun(out _));

        LongMode();
        _guest.Vm.Write(0x2000, [0xF3, 0x64, 0x67, 0x66, 0x6F]); // rep outsw with FS and 32-bit addresses
        _guest.Set(Rip, 0x2000).Set(vm_reg_name.VM_REG_GUEST_RSI, 0xF_0000_1234).Set(vm_reg_name.VM_REG_GUEST_RCX, 0xF_0000_0003);
        vm_exit exit = _guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_INOUT_STR, 5), (exit.exitcode, exit.inst_length));
        vm_inout_str access = exit.u.inout_str;
        Assert.Equal(2 | vm_inout.VM_INOUT_STRING | vm_inout.VM_INOUT_REP, access.inout.bits);
        Assert.Equal((0x1234UL, 3UL, 4, vm_reg_name.VM_REG_GUEST_FS), (access.index, access.count, access.addrsize, access.seg_name));
        Assert.Equal((vm_cpu_mode.CPU_MODE_64BIT, vm_paging_mode.PAGING_MODE_64), (access.paging.cpu_mode, access.paging.paging_mode));
    }

    [Fact]
    public void AMemoryAccessComesWithItsInstruction()
    {
        _guest.WithMemory().WithVcpu().Does(new VcpuExit { Reason = ExitReason.MmioRead, Address = 0xFEC0_0010, LinearAddress = 0xFEC0_0010, Size = 4 });
        LongMode();
        _guest.Vm.Write(0x2000, [0x44, 0x8B, 0x4B, 0x10]); // mov r9d, [rbx+16]
        _guest.Set(Rip, 0x2000);
        vm_exit exit = _guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_INST_EMUL, 4, 0x2000UL), (exit.exitcode, exit.inst_length, exit.rip));
        vm_exit_inst_emul access = exit.u.inst_emul;
        Assert.Equal((0xFEC0_0010UL, 0xFEC0_0010UL), (access.gpa, access.gla));
        Assert.Equal((1, 4, 15), (access.vie.decoded, access.vie.num_processed, access.vie.num_valid));
        Assert.Equal((0x8B, vm_reg_name.VM_REG_GUEST_RBX, 16L), (access.vie.op.op_byte, access.vie.base_register, access.vie.displacement));
    }

    [Fact]
    public void AnInstructionThatNobodyKnowsLeavesRipToTheClient()
    {
        _guest.WithMemory().WithVcpu().Does(new VcpuExit { Reason = ExitReason.MmioWrite, Address = 0xF000_0000, Size = 8 }).Does(Out);
        LongMode();
        _guest.Vm.Write(0x2000, [0x0F, 0x29, 0x03]); // movaps [rbx], xmm0
        _guest.Set(Rip, 0x2000);
        vm_exit exit = _guest.Run();
        Assert.Equal((0, 0), (exit.inst_length, exit.u.inst_emul.vie.decoded));
        Assert.Equal(0x2000u, _guest.Run().rip);
    }

    [Fact]
    public void OutputPointersAreCheckedBeforeTheGuestRuns()
    {
        _guest.WithVcpu().Does(Out);
        Assert.Equal(Errno.EFAULT, _guest.Vm.Ioctl(VmCommandWords.VM_RUN, new vm_run()));
        Assert.Equal(Errno.EFAULT, _guest.Vm.Ioctl(VmCommandWords.VM_RUN, new vm_run { vm_exit = (vm_exit*)0x7FFF_FFFF_F000 }));
        Assert.Equal(0u, _guest.Fake()->Entries);
        Assert.Equal(vm_exitcode.VM_EXITCODE_INOUT, _guest.Run().exitcode);

        GuestVm faithful = new GuestVm(new FreeBsdHostOptions { Quirks = new FreeBsdQuirks { LoseExitOnBadPointer = true } }).WithVcpu().Does(Out).Does(In);
        Assert.Equal(Errno.EFAULT, faithful.Vm.Ioctl(VmCommandWords.VM_RUN, new vm_run()));
        Assert.Equal(1u, faithful.Fake()->Entries);
        Assert.Equal(0x1F0, faithful.Run().u.inout.port); // the first exit is lost
    }

    [Fact]
    public void ARefusedRunLeavesTheExitStructureAlone()
    {
        _guest.WithVcpu().Does(new VcpuExit { Reason = ExitReason.MemoryFault });
        vm_exit exit = new() { exitcode = 77, rip = 88 };
        Assert.Equal(Errno.EFAULT, _guest.Vm.Ioctl(VmCommandWords.VM_RUN, new vm_run { vm_exit = &exit }));
        Assert.Equal((77, 88UL), (exit.exitcode, exit.rip));
    }

    [Fact]
    public void TheOlderFormReturnsTheExitInItsArgument()
    {
        _guest.WithVcpu(2).Does(Out, 2);
        vm_run_13 argument = new() { cpuid = 2, vm_exit = new vm_exit { exitcode = 9 } };
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_RUN_13, ref argument));
        Assert.Equal((2, vm_exitcode.VM_EXITCODE_INOUT, 0x3F8), (argument.cpuid, argument.vm_exit.exitcode, argument.vm_exit.u.inout.port));
    }

    [Fact]
    public void AnotherCommandThrowsTheVcpuOutOfTheGuest()
    {
        _guest.WithVcpu().Set(Rip, 0x300);
        vm_exit exit = default;
        Background runner = Background.Run(() => exit = _guest.Run());
        _guest.Await(VcpuState.Running);
        Assert.Equal(0x300u, _guest.Get(Rip)); // waits for the vCPU, and gets it
        runner.Wait();
        Assert.Equal((vm_exitcode.VM_EXITCODE_REQIDLE, 0, 0x300UL), (exit.exitcode, exit.inst_length, exit.rip));
        Assert.Equal(0u, _guest.Vm.Vm.Locks->Vcpus[0].Requests & (uint)VcpuRequests.Idle);
    }

    [Fact]
    public void ADebugStoppedVcpuComesBackAtOnce()
    {
        _guest.WithVcpu();
        _guest.Vm.Vcpu(VmCommandWords.VM_SUSPEND_CPU, -1);
        Assert.Equal(vm_exitcode.VM_EXITCODE_DEBUG, _guest.Run().exitcode);
        Assert.Equal(vm_exitcode.VM_EXITCODE_DEBUG, _guest.Run().exitcode);
        _guest.Vm.Vcpu(VmCommandWords.VM_RESUME_CPU, 0);
        _guest.Does(Out);
        Assert.Equal(vm_exitcode.VM_EXITCODE_INOUT, _guest.Run().exitcode);
    }

    [Fact]
    public void AnExceptionIsChecked()
    {
        _guest.WithVcpu();
        foreach (int vector in new[] { -1, 8, 32 })
        {
            Assert.Equal(Errno.EINVAL, Inject(new vm_exception { vector = vector }));
        }

        Assert.Equal(0, Inject(new vm_exception { vector = 13, error_code = 5, error_code_valid = 1 }));
        Assert.Equal((13, uint.MaxValue), (_guest.Fake()->PendingException, _guest.Fake()->ErrorCode)); // real mode has no error codes
        Assert.Equal(Errno.EBUSY, Inject(new vm_exception { vector = 6 }));

        _guest.Fake()->HasEvent = false;
        _guest.Fake()->Registers.InterruptShadow = 1;
        _guest.Set(vm_reg_name.VM_REG_GUEST_CR0, 0x11);
        Assert.Equal(0, Inject(new vm_exception { vector = 13, error_code = 5, error_code_valid = 1 }));
        Assert.Equal((5u, 0u), (_guest.Fake()->ErrorCode, _guest.Fake()->Registers.InterruptShadow));

        int Inject(vm_exception argument) => _guest.Vm.Ioctl(VmCommandWords.VM_INJECT_EXCEPTION, ref argument);
    }

    [Fact]
    public void ANonMaskableInterruptReachesAVcpuOnceWhetherPreparedOrNot()
    {
        Assert.Equal(0, _guest.Vm.Vcpu(VmCommandWords.VM_INJECT_NMI, 0));
        Assert.Equal(0, _guest.Vm.Vcpu(VmCommandWords.VM_INJECT_NMI, 0));
        Assert.True(_guest.Vm.Vm.Locks->Vcpus[0].Backend == null);
        _guest.WithVcpu();
        Assert.Equal(1u, _guest.Fake()->Nmis);
        Assert.Equal(0, _guest.Vm.Vcpu(VmCommandWords.VM_INJECT_NMI, 0));
        Assert.Equal(2u, _guest.Fake()->Nmis);

        _guest.Does(Out);
        _guest.Run();
        Assert.Equal(1u, _guest.Fake()->EventLooks);
    }

    [Fact]
    public void ASliceLeavesTheExitToTheBackEnd()
    {
        _guest.WithVcpu().Does(In).Does(Out).Set(Rip, 0x100);
        using VcpuRunner runner = _guest.Vm.CreateRunner(0);
        Assert.Equal(0, runner.Run(RunFlags.None, 0, out RunResult result, out VcpuExit* exit, out _));
        Assert.Equal((RunResult.Exit, ExitReason.PortIn), (result, exit->Reason));
        exit->Data = 0xABCD;
        Assert.Equal(0, runner.Run(RunFlags.None, 0, out result, out exit, out _));
        Assert.Equal((ExitReason.PortOut, 0x101UL), (exit->Reason, exit->Rip));

        CpuRegisters registers = default;
        Assert.Equal(0, runner.ReadRegisters(RegisterGroups.General, ref registers));
        Assert.Equal((0xABCDUL, 0x102UL), (registers.General[0], registers.Rip));
        registers.Rip = 0x900;
        Assert.Equal(0, runner.WriteRegisters(RegisterGroups.General, in registers));
        Assert.Equal(0x900u, _guest.Get(Rip));

        _guest.Suspend(vm_suspend_how.VM_SUSPEND_POWEROFF);
        Assert.Equal(0, runner.Run(RunFlags.None, 0, out result, out _, out int reason));
        Assert.Equal((RunResult.Suspended, vm_suspend_how.VM_SUSPEND_POWEROFF), (result, reason));
        Assert.Equal(Errno.EINVAL, runner.Run(RunFlags.None, 0, out _, out _, out _));
        Assert.Equal(0, _guest.One.Control.Destroy("a"));
        Assert.Equal(Errno.ENXIO, runner.Run(RunFlags.None, 0, out _, out _, out _));
        Assert.Equal(Errno.ENXIO, runner.ReadRegisters(RegisterGroups.General, ref registers));
    }

    [Fact]
    public void ARunAllocatesNothing()
    {
        _guest.WithMemory().WithVcpu();
        LongMode();
        _guest.Vm.Write(0x2000, [0x8B, 0x03]);
        long smallest = long.MaxValue;
        vm_exit exit;
        for (int round = 0; round < 30; round++)
        {
            _guest.Fake()->Played = _guest.Fake()->Scripted = 0;
            _guest.Does(new VcpuExit { Reason = ExitReason.MmioRead, Address = 0xF000_0000, Size = 4 }).Does(Out);
            _guest.Set(Rip, 0x2000);
            vm_run argument = new() { vm_exit = &exit };
            long before = GC.GetAllocatedBytesForCurrentThread();
            int error = _guest.Vm.Ioctl(VmCommandWords.VM_RUN, &argument) | _guest.Vm.Ioctl(VmCommandWords.VM_RUN, &argument);
            smallest = Math.Min(smallest, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal((0, vm_exitcode.VM_EXITCODE_INOUT), (error, exit.exitcode));
        }

        Assert.Equal(0, smallest);
    }

    // 64-bit mode with the first 2 MiB mapped to themselves.
    private void LongMode()
    {
        Span<ulong> entry = [0x1_1007];
        _guest.Vm.Write(0x1_0000, MemoryMarshal.AsBytes(entry));
        entry[0] = 0x1_2007;
        _guest.Vm.Write(0x1_1000, MemoryMarshal.AsBytes(entry));
        entry[0] = 0x87;
        _guest.Vm.Write(0x1_2000, MemoryMarshal.AsBytes(entry));
        _guest.Set(vm_reg_name.VM_REG_GUEST_CR3, 0x1_0000)
            .Set(vm_reg_name.VM_REG_GUEST_CR4, 0x20)
            .Set(vm_reg_name.VM_REG_GUEST_EFER, 0x500)
            .Set(vm_reg_name.VM_REG_GUEST_CR0, 0x8000_0011);
        vm_seg_desc code = new() { regnum = vm_reg_name.VM_REG_GUEST_CS, desc = new seg_desc { access = 0xA09B, limit = uint.MaxValue } };
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, ref code));
    }
}
