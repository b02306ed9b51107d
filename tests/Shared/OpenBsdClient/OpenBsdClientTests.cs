using VmmEngine.Abi.OpenBsd;
using VmmEngine.Abi.OpenBsd.Baseline;
using VmmEngine.Backends;
using VmmEngine.OpenBsd;
using VmmEngine.OpenBsd.Baseline;
using VmmEngine.OpenBsd.Newer;
using VmmEngine.Tests.Client;
using Xunit;
using Newer = VmmEngine.Abi.OpenBsd.Newer;

namespace VmmEngine.Tests.OpenBsdClient;

/// <summary>Guests of OpenBSD's device on a real back end, commanded as a client in C would.</summary>
public abstract unsafe class OpenBsdClientTests
{
    private const int Rax = vcpu_regs.VCPU_REGS_RAX;
    private const int Rip = vcpu_regs.VCPU_REGS_RIP;
    private const ulong Start = OpenBsdGuest.Start;

    private const byte Sti = 0xFB;
    private const byte Hlt = 0xF4;
    private const byte Nop = 0x90;

    protected abstract BackendFactory Factory { get; }

    [BackendFact]
    public void PortsAreTheClientsAndTheClientMovesOn()
    {
        // mov al, 42; out 0x10, al; mov dx, 0x3F8; in al, dx; mov [0x2000], al; sti; hlt
        using OpenBsdGuest guest = new(Factory, [0xB0, 0x2A, 0xE6, 0x10, 0xBA, 0xF8, 0x03, 0xEC, 0xA2, 0x00, 0x20, Sti, Hlt]);
        vm_exit exit = default;

        Assert.Equal(vm_exit_reason.VMX_EXIT_IO, guest.Run(ref exit));
        Assert.Equal((1, vm_exit_inout.VEI_DIR_OUT, 0, 1, 0x10), (exit.u.vei.vei_size, exit.u.vei.vei_dir, exit.u.vei.vei_string, exit.u.vei.vei_encoding, exit.u.vei.vei_port));
        Assert.Equal((42u, (byte)2), (exit.u.vei.vei_data, exit.u.vei.vei_insn_len));
        Assert.Equal(Start + 2, OpenBsdGuest.Gpr(in exit, Rip));
        Assert.Equal(0, exit.cpl);

        // Without an answer the same instruction comes again.
        Assert.Equal(vm_exit_reason.VMX_EXIT_IO, guest.Run(ref exit));
        Assert.Equal(Start + 2, OpenBsdGuest.Gpr(in exit, Rip));

        Assert.Equal(vm_exit_reason.VMX_EXIT_IO, guest.Answer(ref exit, exit.u.vei.vei_insn_len));
        Assert.Equal((vm_exit_inout.VEI_DIR_IN, 0, 0x3F8, (byte)1), (exit.u.vei.vei_dir, exit.u.vei.vei_encoding, exit.u.vei.vei_port, exit.u.vei.vei_insn_len));

        exit.u.vei.vei_data = 0x55;
        Assert.Equal(vm_exit_reason.VMX_EXIT_HLT, guest.Answer(ref exit, exit.u.vei.vei_insn_len));
        Assert.Equal(0x55, guest.Memory[0x2000]);
        Assert.Equal(0x55ul, OpenBsdGuest.Gpr(in exit, Rax));
        Assert.Equal(Start + 13, OpenBsdGuest.Gpr(in exit, Rip));
    }

    [BackendFact]
    public void WhatTheClientWritesTheGuestReads()
    {
        // mov al, [0x2000]; out 0x10, al
        using OpenBsdGuest guest = new(Factory, [0xA0, 0x00, 0x20, 0xE6, 0x10]);
        guest.Memory[0x2000] = 7;
        vm_exit exit = default;

        guest.Run(ref exit);

        Assert.Equal(7u, exit.u.vei.vei_data);
    }

    [BackendFact]
    public void AnInjectedExceptionReachesTheGuestsHandler()
    {
        using OpenBsdGuest guest = new(Factory, [Nop, Nop, Hlt]);
        SetHandler(guest, vmm_ex.VMM_EX_GP);
        vm_exit exit = default;

        ushort reason = guest.Run(ref exit, what: Exception(vmm_ex.VMM_EX_GP, error: 0x1234));

        Assert.Equal(vm_exit_reason.VMX_EXIT_IO, reason);
        Assert.Equal((ushort)0x77, exit.u.vei.vei_port);
        Assert.Equal(0x8000ul - 6, OpenBsdGuest.Gpr(in exit, vcpu_regs.VCPU_REGS_RSP)); // no error code in real mode
    }

    [BackendFact]
    public void AnInterruptEntersOnlyAGuestThatWasReady()
    {
        // sti; nop; out 0x10, al; out 0x11, al
        using OpenBsdGuest guest = new(Factory, [Sti, Nop, 0xE6, 0x10, 0xE6, 0x11]);
        SetHandler(guest, 0x40);
        vm_exit exit = default;

        // The first run of a vCPU: not ready yet, so the interrupt is lost.
        Assert.Equal(vm_exit_reason.VMX_EXIT_IO, guest.Run(ref exit, out bool ready, what: Interrupt(0x40)));
        Assert.True(ready);
        Assert.Equal((ushort)0x10, exit.u.vei.vei_port);

        exit.vrs.vrs_gprs[Rip] += 2;
        Assert.Equal(vm_exit_reason.VMX_EXIT_IO, guest.Run(ref exit, out ready, answers: true, what: Interrupt(0x40)));
        Assert.Equal((ushort)0x77, exit.u.vei.vei_port);
        Assert.False(ready);
    }

    [BackendFact]
    public void AClientWithAnInterruptHearsOfTheWindow()
    {
        // nop; nop; sti; nop; nop; jmp $
        using OpenBsdGuest guest = new(Factory, [Nop, Nop, Sti, Nop, Nop, 0xEB, 0xFE]);
        vm_exit exit = default;

        ushort reason = guest.Run(ref exit, out bool ready, pending: true);

        Assert.Equal(vm_exit_reason.VMX_EXIT_INT_WINDOW, reason);
        Assert.True(ready);
        Assert.True(OpenBsdGuest.Gpr(in exit, Rip) >= Start + 4); // behind the instruction that STI protects
    }

    [BackendFact]
    public void AGuestThatIsReadyComesBackAtOnce()
    {
        using OpenBsdGuest guest = new(Factory, [Sti, Nop, 0xE6, 0x10, 0xEB, 0xFE]);
        vm_exit exit = default;
        guest.Run(ref exit);
        exit.vrs.vrs_gprs[Rip] += 2;

        Assert.Equal(vm_exit_reason.VMX_EXIT_EXTINT, guest.Run(ref exit, out bool ready, answers: true, pending: true));
        Assert.True(ready);
    }

    [BackendFact]
    public void IntrMakesARunningGuestComeOut()
    {
        using OpenBsdGuest guest = new(Factory, [Sti, 0xEB, 0xFE]);
        vm_exit exit = default;
        using Task<ushort> runner = Task.Factory.StartNew(() => guest.RunToExit(ref exit), TaskCreationOptions.LongRunning);
        while (!runner.IsCompleted)
        {
            Assert.Equal(0, guest.RequestInterrupt(true)); // a run that begins after it forgets it
            Thread.Yield();
        }

        // A wish that comes before the guest has got to its STI waits for the window.
        Assert.Contains(runner.Result, new[] { vm_exit_reason.VMX_EXIT_EXTINT, vm_exit_reason.VMX_EXIT_INT_WINDOW });
    }

    [BackendFact]
    public void DeviceMemoryIsTheClients()
    {
        // mov al, [0x100000]; out 0x10, al
        using OpenBsdGuest guest = new(Factory, [0x67, 0xA0, 0x00, 0x00, 0x10, 0x00, 0xE6, 0x10]);
        WidenData(guest);
        vm_exit exit = default;

        Assert.Equal(vm_exit_reason.VMX_EXIT_EPT_VIOLATION, guest.Run(ref exit));
        Assert.Equal(vm_exit_eptviolation.VEE_FAULT_MMIO_ASSIST, exit.u.vee.vee_fault_type);
        Assert.Equal((vm_exit_eptviolation.VEE_LEN_VALID, (byte)6), (exit.u.vee.vee_insn_info, exit.u.vee.vee_insn_len));

        exit.vrs.vrs_gprs[Rax] = 0x99;
        Assert.Equal(vm_exit_reason.VMX_EXIT_IO, guest.Answer(ref exit, exit.u.vee.vee_insn_len));
        Assert.Equal(0x99u, exit.u.vei.vei_data);
    }

    [BackendFact]
    public void AnAddressInNoRangeTerminates()
    {
        using OpenBsdGuest guest = new(Factory, [0x67, 0xA0, 0x00, 0x00, 0x20, 0x00]);
        WidenData(guest);
        vm_exit exit;

        Assert.Equal(Errno.EINVAL, guest.TryRun(&exit));
        Assert.Equal(vcpu_state.VCPU_STATE_TERMINATED, guest.State());
        Assert.Equal(Errno.EBUSY, guest.TryRun(&exit));
        Assert.Equal(Errno.EBUSY, guest.Reset());
    }

    [BackendFact]
    public void AHaltThatNothingCanEndTerminates()
    {
        using OpenBsdGuest guest = new(Factory, [Hlt]);
        vm_exit exit;

        Assert.Equal(Errno.EIO, guest.TryRun(&exit));
        Assert.Equal(vcpu_state.VCPU_STATE_TERMINATED, guest.State());
    }

    [BackendFact]
    public void ATripleFaultMayBeReset()
    {
        // Protected mode without an interrupt table: ud2
        using OpenBsdGuest guest = new(Factory, [0x0F, 0x0B]);
        vm_rwregs_params registers = new()
        {
            vrwp_vm_id = guest.Id,
            vrwp_mask = vm_rwregs_params.VM_RWREGS_SREGS | vm_rwregs_params.VM_RWREGS_CRS,
            vrwp_regs = OpenBsdGuest.RealMode(),
        };
        registers.vrwp_regs.vrs_crs[vcpu_regs.VCPU_REGS_CR0] |= 1;
        registers.vrwp_regs.vrs_sregs[vcpu_regs.VCPU_REGS_CS] = new vcpu_segment_info { vsi_sel = 8, vsi_limit = uint.MaxValue, vsi_ar = 0xC09B };
        registers.vrwp_regs.vrs_sregs[vcpu_regs.VCPU_REGS_SS] = new vcpu_segment_info { vsi_sel = 16, vsi_limit = uint.MaxValue, vsi_ar = 0xC093 };
        registers.vrwp_regs.vrs_idtr.vsi_limit = 0;
        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_WRITEREGS, ref registers));
        vm_exit exit = default;

        Assert.Equal(vm_exit_reason.VMX_EXIT_TRIPLE_FAULT, guest.Run(ref exit));
        Assert.Equal(vcpu_state.VCPU_STATE_STOPPED, guest.State());
        Assert.Equal(0, guest.Reset());
    }

    [BackendFact]
    public void RegistersAreReadAsTheyWereWritten()
    {
        using OpenBsdGuest guest = new(Factory, [Hlt]);
        vm_rwregs_params registers = new() { vrwp_vm_id = guest.Id, vrwp_mask = vm_rwregs_params.VM_RWREGS_ALL, vrwp_regs = OpenBsdGuest.RealMode() };
        for (int register = 0; register < 16; register++)
        {
            registers.vrwp_regs.vrs_gprs[register] = 0x0123_4567_89AB_CD00 + (ulong)register;
        }

        registers.vrwp_regs.vrs_crs[vcpu_regs.VCPU_REGS_CR3] = 0x5000;
        registers.vrwp_regs.vrs_msrs[vcpu_regs.VCPU_REGS_LSTAR] = 0xFFFF_8000_0000_1000;
        registers.vrwp_regs.vrs_drs[vcpu_regs.VCPU_REGS_DR1] = 0x7777;
        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_WRITEREGS, ref registers));

        vm_rwregs_params read = new() { vrwp_vm_id = guest.Id, vrwp_mask = vm_rwregs_params.VM_RWREGS_ALL };
        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_READREGS, ref read));
        read.vrwp_regs.vrs_crs[vcpu_regs.VCPU_REGS_XCR0] = 0;
        Assert.Equal(Bytes(in registers.vrwp_regs), Bytes(in read.vrwp_regs));

        vm_rwregs_params none = new() { vrwp_vm_id = guest.Id, vrwp_mask = 0x100 };
        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_READREGS, ref none));
        Assert.All(Bytes(in none.vrwp_regs), value => Assert.Equal(0, value));
    }

    [BackendFact]
    public void AProtectionTurnsAWriteIntoAnExit()
    {
        // mov [0x2000], al; out 0x10, al
        using OpenBsdGuest guest = new(Factory, [0xA2, 0x00, 0x20, 0xE6, 0x10]);
        vm_mprotect_ept_params protect = new() { vmep_vm_id = guest.Id, vmep_sgpa = 0x2000, vmep_size = 4096, vmep_prot = 5 };
        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_MPROTECT_EPT, ref protect));
        vm_exit exit = default;

        Assert.Equal(vm_exit_reason.VMX_EXIT_EPT_VIOLATION, guest.Run(ref exit));
        Assert.Equal(vm_exit_eptviolation.VEE_FAULT_PROTECT, exit.u.vee.vee_fault_type);
        Assert.Equal(0, guest.Memory[0x2000]);

        protect.vmep_prot = 7;
        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_MPROTECT_EPT, ref protect));
        Assert.Equal(vm_exit_reason.VMX_EXIT_IO, guest.Run(ref exit, answers: true)); // the registers as they were: the write again
    }

    [BackendTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnExitThatCannotBeReadMayLeaveTheVcpuRunning(bool asUpstream)
    {
        using OpenBsdGuest guest = new(Factory, [0xE6, 0x10], new OpenBsdQuirks { BadAnswerLeavesRunning = asUpstream });

        Assert.Equal(Errno.EFAULT, guest.TryRun((vm_exit*)0x10, answers: true));

        Assert.Equal(asUpstream ? vcpu_state.VCPU_STATE_RUNNING : vcpu_state.VCPU_STATE_STOPPED, guest.State());
    }

    [BackendFact]
    public void AnExitThatCannotBeWrittenIsLost()
    {
        using OpenBsdGuest guest = new(Factory, [0xE6, 0x10]);

        Assert.Equal(Errno.EFAULT, guest.TryRun((vm_exit*)0x10));
        Assert.Equal(vcpu_state.VCPU_STATE_STOPPED, guest.State());
    }

    [BackendFact]
    public void ARunOfAnEndlessLoopReturnsBySlices()
    {
        using OpenBsdGuest guest = new(Factory, [0xFE, 0x06, 0x00, 0x20, 0xEB, 0xFA]); // again: inc byte [0x2000]; jmp again
        vm_exit exit = default;

        for (int slice = 0; slice < 3; slice++)
        {
            Assert.Equal(vm_exit_reason.VM_EXIT_NONE, guest.Run(ref exit));
            Assert.InRange(OpenBsdGuest.Gpr(in exit, Rip), Start, Start + 4);
            Assert.Equal(vcpu_state.VCPU_STATE_STOPPED, guest.State());
        }

        Assert.NotEqual(0, guest.Memory[0x2000]);
    }

    [BackendFact]
    public void ARunOfAGuestThatOnlyWritesUnknownRegistersReturnsBySlices()
    {
        // mov ecx, 0x456789AB; again: wrmsr; jmp again
        using OpenBsdGuest guest = new(Factory, [0x66, 0xB9, 0xAB, 0x89, 0x67, 0x45, 0x0F, 0x30, 0xEB, 0xFC]);
        vm_exit exit = default;
        using Task<ushort> runner = Task.Factory.StartNew(() => guest.Run(ref exit), TaskCreationOptions.LongRunning);
        bool returns = runner.Wait(TimeSpan.FromSeconds(60));
        if (!returns)
        {
            guest.Terminate();
        }

        Assert.Equal(vm_exit_reason.VM_EXIT_NONE, runner.Result);
        Assert.True(returns);
        Assert.InRange(OpenBsdGuest.Gpr(in exit, Rip), Start + 6, Start + 8);
    }

    [BackendFact]
    public void CommandsGetAtAVcpuWhoseGuestNeverComesOut()
    {
        // again: inc dword [0x2000]; test bx, bx; jz again; out 0x10, al
        using OpenBsdGuest guest = new(Factory, [0x66, 0xFF, 0x06, 0x00, 0x20, 0x85, 0xDB, 0x74, 0xF7, 0xE6, 0x10]);
        vm_exit exit = default;
        using Task<ushort> runner = Task.Factory.StartNew(() => guest.RunToExit(ref exit), TaskCreationOptions.LongRunning);
        for (int i = 0; i < 20; i++)
        {
            int before = Count();
            SpinWait.SpinUntil(() => Count() != before); // in the guest
            vm_rwregs_params read = new() { vrwp_vm_id = guest.Id, vrwp_mask = vm_rwregs_params.VM_RWREGS_GPRS };
            Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_READREGS, ref read));
            Assert.InRange(read.vrwp_regs.vrs_gprs[Rip], Start, Start + 7);
        }

        vm_rwregs_params end = new() { vrwp_vm_id = guest.Id, vrwp_mask = vm_rwregs_params.VM_RWREGS_GPRS };
        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_READREGS, ref end));
        (end.vrwp_regs.vrs_gprs[vcpu_regs.VCPU_REGS_RBX], end.vrwp_regs.vrs_gprs[Rip]) = (1, Start);
        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_WRITEREGS, ref end));

        Assert.Equal(vm_exit_reason.VMX_EXIT_IO, runner.Result);

        int Count() => Volatile.Read(ref System.Runtime.CompilerServices.Unsafe.As<byte, int>(ref guest.Memory[0x2000]));
    }

    [BackendFact]
    public void AnInterruptIsNotLostToWhoeverWaitsForTheVcpu()
    {
        // sti; nop; out 0x10, al; again: jmp again
        using OpenBsdGuest guest = new(Factory, [Sti, Nop, 0xE6, 0x10, 0xEB, 0xFE]);
        SetHandler(guest, 0x40);
        vm_exit exit = default;
        guest.Run(ref exit);
        bool stop = false;
        using Task reader = Task.Factory.StartNew(
            () =>
            {
                while (!Volatile.Read(ref stop))
                {
                    vm_rwregs_params read = new() { vrwp_vm_id = guest.Id, vrwp_mask = vm_rwregs_params.VM_RWREGS_GPRS };
                    Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_READREGS, ref read));
                }
            },
            TaskCreationOptions.LongRunning);

        for (int i = 0; i < 50; i++)
        {
            // Once asked for, by a guest that was ready, it comes: in this run, or after runs that somebody cut short.
            vm_rwregs_params again = new() { vrwp_vm_id = guest.Id, vrwp_mask = vm_rwregs_params.VM_RWREGS_GPRS, vrwp_regs = OpenBsdGuest.RealMode() };
            Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_WRITEREGS, ref again));
            Assert.Equal(vm_exit_reason.VMX_EXIT_IO, guest.RunToExit(ref exit));
            Assert.Equal((ushort)0x10, exit.u.vei.vei_port);
            exit.vrs.vrs_gprs[Rip] += 2;
            ushort reason = guest.Run(ref exit, out bool ready, answers: true, what: Interrupt(0x40));
            Assert.False(ready);
            Assert.Equal(vm_exit_reason.VMX_EXIT_IO, reason == vm_exit_reason.VM_EXIT_NONE ? guest.RunToExit(ref exit) : reason);
            Assert.Equal((ushort)0x77, exit.u.vei.vei_port);
        }

        Volatile.Write(ref stop, true);
        reader.Wait();
    }

    [BackendFact]
    public void ATerminationGetsARunnerOut()
    {
        using OpenBsdGuest guest = new(Factory, [0xFE, 0x06, 0x00, 0x20, 0xEB, 0xFA]); // again: inc byte [0x2000]; jmp again
        using Task<int> runner = RunUntilRefused(guest);

        Assert.Equal(0, guest.Terminate());
        Assert.Equal(Errno.ENOENT, runner.GetAwaiter().GetResult());
        Assert.Equal(0, guest.Host.VmCount);
    }

    [BackendTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void AClosedFileStopsAndFreesItsRunningGuestIfAsked(bool tied)
    {
        using OpenBsdGuest guest = new(Factory, [0xFE, 0x06, 0x00, 0x20, 0xEB, 0xFA], closeTerminates: tied); // again: inc byte [0x2000]; jmp again
        using Task<int> runner = RunUntilRefused(guest);

        guest.Handle.Close();
        Assert.Equal(Errno.EBADF, runner.GetAwaiter().GetResult());
        Assert.Equal(tied ? 0 : 1, guest.Host.VmCount);
        guest.Reopen();
    }

    [BackendFact]
    public void TheBaselineSharesItsMemoryAtTheClientsAddress()
    {
        using OpenBsdGuest guest = new(Factory, [Hlt]);
        byte* second = OpenBsdGuest.Map(0, OpenBsdGuest.MemorySize, 0, 0x22, -1, 0);
        vm_sharemem_params share = new() { vsp_vm_id = guest.Id, vsp_nmemranges = 2 };
        share.vsp_memranges[0] = new vm_mem_range { vmr_size = OpenBsdGuest.MemorySize, vmr_va = (ulong)second };
        share.vsp_memranges[1] = new vm_mem_range { vmr_gpa = OpenBsdGuest.Mmio, vmr_size = 4096, vmr_type = vm_mem_type.VM_MEM_MMIO };

        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_SHAREMEM, ref share));
        second[0x3000] = 0x5A;

        Assert.Equal(0x5A, guest.Memory[0x3000]);
        Assert.Equal(0, OpenBsdGuest.Unmap(second, OpenBsdGuest.MemorySize));
    }

    [BackendTheory]
    [InlineData(true, 0)]
    [InlineData(false, Errno.EINVAL)]
    public void SharingOtherRangesIsAnErrorOnlyIfAsked(bool asUpstream, int expected)
    {
        using OpenBsdGuest guest = new(Factory, [Hlt], new OpenBsdQuirks { ShareIgnoresErrors = asUpstream });
        vm_sharemem_params share = new() { vsp_vm_id = guest.Id, vsp_nmemranges = 1 };
        share.vsp_memranges[0] = new vm_mem_range { vmr_size = 4096, vmr_va = 0x1000 };

        Assert.Equal(expected, guest.Command(BaselineCommandWords.VMM_IOC_SHAREMEM, ref share));
    }

    [BackendFact]
    public void TheNewerRevisionBringsTheMemoryAndTheClientFillsIt()
    {
        using OpenBsdGuest other = new(Factory, [Hlt]); // both revisions on one host
        Newer.vm_create_params create = new() { vcp_ncpus = 1, vcp_nmemranges = 1 };
        create.vcp_memranges[0] = new vm_mem_range { vmr_size = OpenBsdGuest.MemorySize };
        Assert.Equal(0, other.Command(NewerCommandWords.VMM_IOC_CREATE, ref create));
        byte* memory = (byte*)create.vcp_memranges[0].vmr_va;
        new byte[] { 0xB0, 0x09, 0xE6, 0x10 }.CopyTo(new Span<byte>(memory + Start, 4)); // mov al, 9; out 0x10, al
        vm_resetcpu_params reset = new() { vrp_vm_id = create.vcp_id, vrp_init_state = OpenBsdGuest.RealMode() };
        Assert.Equal(0, other.Command(NewerCommandWords.VMM_IOC_RESETCPU, ref reset));

        vm_exit exit = default;
        Newer.vm_run_params run = new() { vrp_vm_id = create.vcp_id, vrp_exit = &exit };
        Assert.Equal(0, other.Command(NewerCommandWords.VMM_IOC_RUN, ref run));
        Assert.Equal((vm_exit_reason.VMX_EXIT_IO, 9u), (run.vrp_exit_reason, exit.u.vei.vei_data));

        Newer.vm_sharemem_params share = new() { vsp_vm_id = create.vcp_id, vsp_nmemranges = 1 };
        share.vsp_memranges[0] = new vm_mem_range { vmr_size = OpenBsdGuest.MemorySize };
        Assert.Equal(0, other.Command(NewerCommandWords.VMM_IOC_SHAREMEM, ref share));
        byte* second = (byte*)share.vsp_va[0];
        Assert.NotEqual((nint)memory, (nint)second);
        Assert.Equal(0xB0, second[Start]);

        vm_terminate_params terminate = new() { vtp_vm_id = create.vcp_id };
        Assert.Equal(0, other.Command(NewerCommandWords.VMM_IOC_TERM, ref terminate));
        Assert.Equal(0xB0, memory[Start]); // the client's mappings stay
        Assert.Equal(0, OpenBsdGuest.Unmap(memory, OpenBsdGuest.MemorySize));
        Assert.Equal(0, OpenBsdGuest.Unmap(second, OpenBsdGuest.MemorySize));
    }

    [BackendFact]
    public void TheClockPageIsKeptUpToDate()
    {
        const ulong page = 0x4000;
        using OpenBsdGuest guest = new(Factory, [0xE4, 0x10, 0xE4, 0x11]); // in al, 0x10; in al, 0x11
        vm_rwvmparams_params clock = new()
        {
            vpp_vm_id = guest.Id,
            vpp_mask = vm_rwvmparams_params.VM_RWVMPARAMS_ALL,
            vpp_pvclock_system_gpa = page | 1,
            vpp_pvclock_version = 6,
        };
        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_WRITEVMPARAMS, ref clock));
        Span<byte> record = guest.Memory[(int)page..];
        Assert.Equal(8u, BitConverter.ToUInt32(record));
        vm_exit exit = default;
        ulong before = (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

        guest.Run(ref exit);

        Assert.Equal(10u, BitConverter.ToUInt32(record));
        ulong first = BitConverter.ToUInt64(record[16..]);
        Assert.True(first >= before);
        Assert.NotEqual(0u, BitConverter.ToUInt32(record[24..]));
        Assert.Equal((12, 1), (record[28], record[29]));
        guest.Answer(ref exit, exit.u.vei.vei_insn_len);
        Assert.Equal(12u, BitConverter.ToUInt32(record));
        Assert.True(BitConverter.ToUInt64(record[16..]) >= first);

        clock.vpp_pvclock_system_gpa = OpenBsdGuest.MemorySize - 32 | 1; // the last place, which upstream refuses without a word
        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_WRITEVMPARAMS, ref clock));
        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_READVMPARAMS, ref clock));
        Assert.Equal((page | 1, 6u), (clock.vpp_pvclock_system_gpa, clock.vpp_pvclock_version));
    }

    [BackendFact]
    public void AnExitAllocatesNothing()
    {
        using OpenBsdGuest guest = new(Factory, [0xE4, 0x10]); // in al, 0x10
        vm_exit exit = default;
        guest.TryRun(&exit);
        guest.TryRun(&exit, answers: true);

        // The smallest of some: a collection that another thread causes in the middle counts what is left of this thread's allocation buffer.
        long smallest = long.MaxValue;
        int errors = 0;
        for (int i = 0; i < 100; i++)
        {
            exit.vrs.vrs_gprs[Rip] = Start;
            long before = GC.GetAllocatedBytesForCurrentThread();
            errors += guest.TryRun(&exit, answers: true);
            smallest = Math.Min(smallest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, smallest);
        Assert.Equal(0, errors);
        Assert.Equal((ushort)0x10, exit.u.vei.vei_port);
    }

    // In a thread of its own, again and again, to the first error. Returns when the guest, which counts at 0x2000, has begun.
    private static Task<int> RunUntilRefused(OpenBsdGuest guest)
    {
        Task<int> runner = Task.Factory.StartNew(
            () =>
            {
                vm_exit exit;
                int error;
                while ((error = guest.TryRun(&exit)) == 0)
                {
                }

                return error;
            },
            TaskCreationOptions.LongRunning);
        SpinWait.SpinUntil(() => Volatile.Read(ref guest.Memory[0x2000]) != 0);
        return runner;
    }

    private static vcpu_inject_event Exception(byte vector, uint error = 0) =>
        new() { vie_type = vcpu_inject_event.VCPU_INJECT_EX, vie_vector = vector, vie_errorcode = error };

    private static vcpu_inject_event Interrupt(byte vector) => new() { vie_type = vcpu_inject_event.VCPU_INJECT_INTR, vie_vector = vector };

    private static byte[] Bytes(in vcpu_reg_state state)
    {
        fixed (vcpu_reg_state* bytes = &state)
        {
            return new Span<byte>(bytes, sizeof(vcpu_reg_state)).ToArray();
        }
    }

    // A handler at 0x3000: out 0x77, al.
    private static void SetHandler(OpenBsdGuest guest, byte vector)
    {
        new byte[] { 0xE6, 0x77 }.CopyTo(guest.Memory[0x3000..]);
        new byte[] { 0x00, 0x30, 0x00, 0x00 }.CopyTo(guest.Memory[(vector * 4)..]);
    }

    // Real mode with a data segment of 4 GiB, as firmware sets it up.
    private static void WidenData(OpenBsdGuest guest)
    {
        vm_rwregs_params registers = new() { vrwp_vm_id = guest.Id, vrwp_mask = vm_rwregs_params.VM_RWREGS_SREGS, vrwp_regs = OpenBsdGuest.RealMode() };
        registers.vrwp_regs.vrs_sregs[vcpu_regs.VCPU_REGS_DS] = new vcpu_segment_info { vsi_limit = uint.MaxValue, vsi_ar = 0x8093 };
        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_WRITEREGS, ref registers));
    }
}
