using Iced.Intel;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using VmmEngine.Tests.Client;
using VmmEngine.Tests.Shared;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Kvm.Tests;

/// <summary>Processors that others start, which the kernel's local APICs do: a client of FreeBSD's interface runs them from the beginning.</summary>
public unsafe class ProcessorStartTests
{
    private const int Init = 0x4500;
    private const int Startup = 0x4608; // at 0x8000
    private const int ElsewhereStartup = 0x4609;
    private const ulong Elsewhere = 0x9000;

    [KvmFact]
    public void AVcpuThatIsRunAsAfterPowerOnWaitsForAnotherToStartIt()
    {
        using ClientGuest guest = TwoProcessors(Init, Startup, Startup);
        Task<vm_exit> second = RunSecond(guest);
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(0xFFF0UL, RipOfSecond(guest)); // commands get at it, and it goes back to wait
        }

        Assert.Equal(0x10, guest.Run().u.inout.port);

        vm_exit started = second.Result;
        Assert.Equal((vm_exitcode.VM_EXITCODE_INOUT, 0x12), (started.exitcode, started.u.inout.port));
        vm_seg_desc code = new() { cpuid = 1, regnum = vm_reg_name.VM_REG_GUEST_CS };
        Assert.Equal(0, guest.Command(VmCommandWords.VM_GET_SEGMENT_DESCRIPTOR, ref code));
        Assert.Equal((0x8000UL, 0UL), (code.desc.@base, started.rip));
    }

    [KvmFact]
    public void AStartupWithoutInitStartsNobody()
    {
        using ClientGuest guest = TwoProcessors(Startup);
        Task<vm_exit> second = RunSecond(guest);

        Assert.Equal(0x10, guest.Run().u.inout.port);
        Assert.Equal(0xFFF0UL, RipOfSecond(guest));

        guest.Check(VmCommandWords.VM_SUSPEND, new vm_suspend { how = vm_suspend_how.VM_SUSPEND_POWEROFF });
        Assert.Equal(vm_exitcode.VM_EXITCODE_SUSPENDED, guest.Run().exitcode);
        Assert.Equal(vm_exitcode.VM_EXITCODE_SUSPENDED, second.Result.exitcode);
    }

    [KvmFact]
    public void AResetProcessorWaitsAgain()
    {
        using ClientGuest guest = TwoProcessors(Init, Startup);
        Task<vm_exit> second = RunSecond(guest);
        Assert.Equal(0x10, guest.Run().u.inout.port);
        Assert.Equal(0x12, second.Result.u.inout.port);
        guest.Check(VmCommandWords.VM_SUSPEND, new vm_suspend { how = vm_suspend_how.VM_SUSPEND_RESET });
        second = RunSecond(guest);
        Assert.Equal(vm_exitcode.VM_EXITCODE_SUSPENDED, guest.Run().exitcode);
        Assert.Equal(vm_exitcode.VM_EXITCODE_SUSPENDED, second.Result.exitcode);
        Assert.Equal(0, guest.Vm.Ioctl(VmCommandWords.VM_REINIT, null));

        guest.Begin();
        guest.Check(VmCommandWords.VM_ACTIVATE_CPU, 1);
        Assert.Equal(0, guest.Vm.Write((long)ClientGuest.Start, [0xE6, 0x10])); // out 0x10, al
        second = RunSecond(guest);
        Assert.Equal(0x10, guest.Run().u.inout.port);
        Assert.Equal(0xFFF0UL, RipOfSecond(guest));
        guest.Check(VmCommandWords.VM_SUSPEND, new vm_suspend { how = vm_suspend_how.VM_SUSPEND_POWEROFF });
        Assert.Equal(vm_exitcode.VM_EXITCODE_SUSPENDED, guest.Run().exitcode);
        Assert.Equal(vm_exitcode.VM_EXITCODE_SUSPENDED, second.Result.exitcode);
    }

    [KvmFact]
    public void AProcessorThatRunsIsStartedElsewhere()
    {
        using ClientGuest guest = StartedAgain(Init, ElsewhereStartup);
        Task<vm_exit> second = RunSecond(guest);

        Assert.Equal(0x10, guest.Run().u.inout.port);

        vm_exit started = second.Result;
        Assert.Equal((vm_exitcode.VM_EXITCODE_INOUT, 0x13), (started.exitcode, started.u.inout.port));
        vm_seg_desc code = new() { cpuid = 1, regnum = vm_reg_name.VM_REG_GUEST_CS };
        Assert.Equal(0, guest.Command(VmCommandWords.VM_GET_SEGMENT_DESCRIPTOR, ref code));
        Assert.Equal((Elsewhere, 0UL), (code.desc.@base, started.rip));
    }

    [KvmFact]
    public void InitTakesAProcessorThatRunsBackToWait()
    {
        using ClientGuest guest = StartedAgain(Init);
        Task<vm_exit> second = RunSecond(guest);

        Assert.Equal(0x10, guest.Run().u.inout.port);
        Assert.True(SpinWait.SpinUntil(() => RipOfSecond(guest) == 0xFFF0, TimeSpan.FromSeconds(20)));
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(0xFFF0UL, RipOfSecond(guest));
        }

        guest.Check(VmCommandWords.VM_SUSPEND, new vm_suspend { how = vm_suspend_how.VM_SUSPEND_POWEROFF });
        Assert.Equal(vm_exitcode.VM_EXITCODE_SUSPENDED, guest.Run().exitcode);
        Assert.Equal(vm_exitcode.VM_EXITCODE_SUSPENDED, second.Result.exitcode);
    }

    // The second processor counts at 0x8000 until the first, which has seen that, sends it more commands.
    private static ClientGuest StartedAgain(params int[] commands)
    {
        ClientGuest guest = ClientModes.Protected(new KvmBackendFactory(), c =>
        {
            Label wait = c.CreateLabel();
            Send(c, Init);
            Send(c, Startup);
            c.Label(ref wait);
            c.cmp(__byte_ptr[0x5000], 0);
            c.je(wait);
            foreach (int command in commands)
            {
                Send(c, command);
            }

            c.@out(0x10, al);
        });
        Assert.Equal(0, guest.Vm.Write(0x8000, [0xFE, 0x06, 0x00, 0x50, 0xEB, 0xFA])); // inc byte [0x5000]; jmp back
        Assert.Equal(0, guest.Vm.Write((long)Elsewhere, [0xE6, 0x13])); // out 0x13, al
        guest.Check(VmCommandWords.VM_ACTIVATE_CPU, 1);
        return guest;
    }

    private static void Send(Assembler c, int command)
    {
        c.mov(__dword_ptr[0xFEE0_0310], 1 << 24);
        c.mov(__dword_ptr[0xFEE0_0300], command);
    }

    private static ClientGuest TwoProcessors(params int[] commands)
    {
        ClientGuest guest = ClientModes.Protected(new KvmBackendFactory(), c =>
        {
            foreach (int command in commands)
            {
                Send(c, command);
            }

            c.@out(0x10, al);
        });
        Assert.Equal(0, guest.Vm.Write(0x8000, [0xE6, 0x12])); // out 0x12, al
        guest.Check(VmCommandWords.VM_ACTIVATE_CPU, 1); // from here on INIT reaches it
        return guest;
    }

    private static Task<vm_exit> RunSecond(ClientGuest guest) => Task.Factory.StartNew(
        () =>
        {
            vm_exit exit = default;
            do
            {
                guest.Check(VmCommandWords.VM_RUN, new vm_run { cpuid = 1, vm_exit = &exit });
            }
            while (exit.exitcode == vm_exitcode.VM_EXITCODE_REQIDLE);

            return exit;
        },
        TaskCreationOptions.LongRunning);

    private static ulong RipOfSecond(ClientGuest guest)
    {
        vm_register register = new() { cpuid = 1, regnum = vm_reg_name.VM_REG_GUEST_RIP };
        Assert.Equal(0, guest.Command(VmCommandWords.VM_GET_REGISTER, ref register));
        return register.regval;
    }
}
