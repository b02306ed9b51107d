using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.Client;

/// <summary>What a client of the device sees of a real back end: the same on each.</summary>
public abstract class ClientTests
{
    private const int Rax = vm_reg_name.VM_REG_GUEST_RAX;
    private const int Rbx = vm_reg_name.VM_REG_GUEST_RBX;
    private const int Rcx = vm_reg_name.VM_REG_GUEST_RCX;
    private const int Rip = vm_reg_name.VM_REG_GUEST_RIP;
    private const byte Hlt = 0xF4;

    protected abstract BackendFactory Factory { get; }

    [BackendFact]
    public void OutputComesWithItsValueAndAdvancesByItself()
    {
        using ClientGuest guest = new(Factory, 0xB0, 0x41, 0xE6, 0x10, 0x66, 0xBA, 0x20, 0x30, 0, 0, 0xEF, Hlt); // mov al,41h; out 10h,al; mov edx,3020h; out dx,ax
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_INOUT, 2, ClientGuest.Start + 2), (exit.exitcode, exit.inst_length, exit.rip));
        Assert.Equal((1, 0x10, 0x41u), (exit.u.inout.bits, exit.u.inout.port, exit.u.inout.eax & 0xFF));
        Assert.Equal(ClientGuest.Start + 2, guest.Get(Rip));
        Assert.Equal(0x41u, guest.Get(Rax) & 0xFF);

        exit = guest.Run();
        Assert.Equal((2, 0x3020, 1, ClientGuest.Start + 10), (exit.u.inout.bits, exit.u.inout.port, exit.inst_length, exit.rip));
    }

    [BackendFact]
    public void InputIsWhatTheClientPutsIntoTheAccumulator()
    {
        using ClientGuest guest = new(Factory, 0xE4, 0x60, 0x88, 0xC3, 0xE6, 0x62, Hlt); // in al,60h; mov bl,al; out 62h,al
        guest.Set(Rax, 0x1234);
        vm_exit exit = guest.Run();
        Assert.Equal((1 | vm_inout.VM_INOUT_IN, 0x60, 0x1234u), (exit.u.inout.bits, exit.u.inout.port, exit.u.inout.eax));
        Assert.Equal(0x1234u, guest.Get(Rax));
        guest.Set(Rax, 0x1299);

        exit = guest.Run();
        Assert.Equal((0x62, 0x1299u), (exit.u.inout.port, exit.u.inout.eax));
        Assert.Equal(0x99u, guest.Get(Rbx) & 0xFF);
    }

    [BackendFact]
    public void AnInputThatTheClientIgnoresLeavesTheAccumulatorAlone()
    {
        using ClientGuest guest = new(Factory, 0xE4, 0x60, 0xE6, 0x62, Hlt);
        guest.Set(Rax, 0x5678);
        guest.Run();
        Assert.Equal(0x5678u, guest.Run().u.inout.eax);
    }

    [BackendFact]
    public void ARestartedOutputHappensAgain()
    {
        using ClientGuest guest = new(Factory, 0xE6, 0x10, 0xE6, 0x11, Hlt);
        Assert.Equal(0x10, guest.Run().u.inout.port);
        guest.Check(VmCommandWords.VM_RESTART_INSTRUCTION, 0);
        Assert.Equal(0x10, guest.Run().u.inout.port);
        guest.Set(Rip, ClientGuest.Start + 2);
        Assert.Equal(0x11, guest.Run().u.inout.port);
    }

    [BackendFact]
    public void TheClientCarriesOutAMemoryAccess()
    {
        // mov ecx,[300000h]; mov [300004h],ecx; out 10h,al; the segment needs a larger limit than real mode's
        using ClientGuest guest = new(
            Factory, 0x67, 0x66, 0x8B, 0x0D, 0x00, 0x00, 0x30, 0x00, 0x67, 0x66, 0x89, 0x0D, 0x04, 0x00, 0x30, 0x00, 0xE6, 0x10, Hlt);
        vm_seg_desc data = new() { regnum = vm_reg_name.VM_REG_GUEST_DS, desc = new seg_desc { limit = uint.MaxValue, access = 0x8093 } };
        guest.Check(VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, data);
        guest.Set(Rcx, 0x77);

        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_INST_EMUL, 8, ClientGuest.Start), (exit.exitcode, exit.inst_length, exit.rip));
        Assert.Equal((0x30_0000UL, 1, 0x8B), (exit.u.inst_emul.gpa, exit.u.inst_emul.vie.decoded, exit.u.inst_emul.vie.op.op_byte));
        Assert.Equal(vm_cpu_mode.CPU_MODE_REAL, exit.u.inst_emul.paging.cpu_mode);
        Assert.Equal(0x77u, guest.Get(Rcx)); // nothing has been read yet
        guest.Set(Rcx, 0xCAFE_BABE);

        exit = guest.Run();
        Assert.Equal((0x30_0004UL, 0x89, ClientGuest.Start + 8), (exit.u.inst_emul.gpa, exit.u.inst_emul.vie.op.op_byte, exit.rip));
        Assert.Equal(0xCAFE_BABE, guest.Get(Rcx));
        Assert.Equal(0x10, guest.Run().u.inout.port);
    }

    [BackendFact]
    public void AStringInstructionOnAPortEndsTheRunOutside64BitMode()
    {
        using ClientGuest guest = new(Factory, 0x6E, Hlt);
        Assert.Equal(Errno.EINVAL, guest.TryRun(out _));
    }

    [BackendFact]
    public void AWriteToReadOnlyMemoryEndsTheRun()
    {
        using ClientGuest guest = new(Factory, 0x67, 0x66, 0xC6, 0x05, 0x00, 0x00, 0x20, 0x00, 0x55, Hlt); // mov byte [200000h],55h
        guest.Check(VmCommandWords.VM_ALLOC_MEMSEG, new vm_memseg { segid = 1, len = 4096 });
        guest.Check(VmCommandWords.VM_MMAP_MEMSEG, new vm_memmap { gpa = 0x20_0000, segid = 1, len = 4096, prot = vm_memory.VM_PROT_READ | vm_memory.VM_PROT_EXECUTE });
        vm_seg_desc data = new() { regnum = vm_reg_name.VM_REG_GUEST_DS, desc = new seg_desc { limit = uint.MaxValue, access = 0x8093 } };
        guest.Check(VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, data);
        Assert.Equal(Errno.EFAULT, guest.TryRun(out _));
        Assert.Equal(0, guest.Memory(0x20_0000, 1)[0]);
    }

    [BackendFact]
    public void ATripleFaultSuspendsAndAResetBeginsAnew()
    {
        using ClientGuest guest = new(Factory, 0x0F, 0x0B); // ud2, in protected mode with an interrupt table that has no entries
        guest.Set(vm_reg_name.VM_REG_GUEST_CR0, guest.Get(vm_reg_name.VM_REG_GUEST_CR0) | 1);
        guest.Check(VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, new vm_seg_desc { regnum = vm_reg_name.VM_REG_GUEST_CS, desc = new seg_desc { limit = uint.MaxValue, access = 0xC09B } });
        guest.Check(VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, new vm_seg_desc { regnum = vm_reg_name.VM_REG_GUEST_SS, desc = new seg_desc { limit = uint.MaxValue, access = 0xC093 } });
        guest.Check(VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, new vm_seg_desc { regnum = vm_reg_name.VM_REG_GUEST_IDTR });
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_SUSPENDED, vm_suspend_how.VM_SUSPEND_TRIPLEFAULT), (exit.exitcode, exit.u.suspended.how));
        Assert.Equal(Errno.EINVAL, guest.TryRun(out _));

        Assert.Equal(0, guest.Command(VmCommandWords.VM_REINIT, 0));
        Assert.Equal([0x0F, 0x0B], guest.Memory(ClientGuest.Start, 2)); // memory survives
        guest.Vm.Write((long)ClientGuest.Start, [0xE6, 0x12]);
        guest.Begin();
        Assert.Equal(0x12, guest.Run().u.inout.port);
    }

    [BackendFact]
    public void AGuestThatLoopsIsInterruptedForEveryCommandAndSuspended()
    {
        using ClientGuest guest = new(Factory, 0x40, 0xEB, 0xFD); // inc ax; jmp
        vm_exit exit = default;
        Thread runner = new(() => exit = guest.Run());
        runner.Start();
        ulong first = guest.Get(Rax);
        Assert.True(SpinWait.SpinUntil(() => guest.Get(Rax) != first, TimeSpan.FromSeconds(20)));
        guest.Check(VmCommandWords.VM_SUSPEND, new vm_suspend { how = vm_suspend_how.VM_SUSPEND_POWEROFF });
        Assert.True(runner.Join(TimeSpan.FromSeconds(20)));
        Assert.Equal((vm_exitcode.VM_EXITCODE_SUSPENDED, vm_suspend_how.VM_SUSPEND_POWEROFF), (exit.exitcode, exit.u.suspended.how));
    }

    [BackendFact]
    public void AHaltedGuestSleepsUntilItEnds()
    {
        using ClientGuest guest = new(Factory, 0xFA, Hlt); // cli; hlt
        guest.Check(VmCommandWords.VM_SET_CAPABILITY, new vm_capability { captype = vm_cap_type.VM_CAP_HALT_EXIT, capval = 1 });
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_SUSPENDED, vm_suspend_how.VM_SUSPEND_HALT), (exit.exitcode, exit.u.suspended.how));
    }

    [BackendFact]
    public void AnInjectedExceptionGoesThroughTheGuestsTable()
    {
        using ClientGuest guest = new(Factory, 0xEB, 0xFE);
        guest.Vm.Write(6 * 4, [0x00, 0x20, 0x00, 0x00]); // #UD is handled at 0:2000h
        guest.Vm.Write(0x2000, [0xE6, 0x13]);
        guest.Check(VmCommandWords.VM_INJECT_EXCEPTION, new vm_exception { vector = 6 });
        Assert.Equal(Errno.EBUSY, guest.Command(VmCommandWords.VM_INJECT_EXCEPTION, new vm_exception { vector = 6 }));
        Assert.Equal(0x13, guest.Run().u.inout.port);
    }

    [BackendFact]
    public void ADestructionEndsARunningGuest()
    {
        ClientGuest guest = new(Factory, 0xEB, 0xFE);
        int error = -1;
        Thread runner = new(() =>
        {
            do
            {
                error = guest.TryRun(out _);
            }
            while (error is 0);
        });
        runner.Start();
        Thread.Sleep(20);
        VmHandle vm = guest.Vm;
        guest.Dispose();
        Assert.True(runner.Join(TimeSpan.FromSeconds(20)));
        Assert.Contains(error, new[] { Errno.EINVAL, Errno.ENXIO, Errno.EBADF });
        GC.KeepAlive(vm);
    }
}
