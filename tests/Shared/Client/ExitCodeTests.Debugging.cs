using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Tests.Client;

/// <content>Exits for debuggers.</content>
public abstract unsafe partial class ExitCodeTests
{
    [ExitCase(vm_exitcode.VM_EXITCODE_MTRAP)]
    public void ASingleStep()
    {
        using ClientGuest guest = ClientModes.Protected(Factory, c =>
        {
            c.mov(eax, 1);
            c.nop();
            c.@out(0x10, al);
            c.mov(eax, 2);
            c.nop();
        });
        guest.Enable(vm_cap_type.VM_CAP_MTRAP_EXIT);
        foreach (ulong offset in new ulong[] { 5, 6 })
        {
            vm_exit step = guest.Run();
            Assert.Equal((vm_exitcode.VM_EXITCODE_MTRAP, 0, ClientGuest.Start + offset), (step.exitcode, step.inst_length, step.rip));
            Assert.Equal(1u, guest.Get(Rax));
        }

        // The client carries the output out, and the next step is the next instruction.
        Assert.Equal(0x10, guest.Run().u.inout.port);
        vm_exit behind = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_MTRAP, ClientGuest.Start + 13), (behind.exitcode, behind.rip));

        // Whoever moves the guest steps from there.
        guest.Set(Rip, ClientGuest.Start);
        Assert.Equal(ClientGuest.Start + 5, guest.Run().rip);
        Assert.Equal(0u, guest.Get(vm_reg_name.VM_REG_GUEST_RFLAGS) & 0x100);
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_DB)]
    public void AStepByTheTrapFlag()
    {
        using ClientGuest guest = ClientModes.Protected(Factory, c =>
        {
            c.nop();
            c.nop();
        });
        guest.Enable(vm_cap_type.VM_CAP_RFLAGS_TF);
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_DB, 0, ClientGuest.Start + 1), (exit.exitcode, exit.inst_length, exit.rip));
        Assert.Equal((1, 0, 0), (exit.u.dbg.trace_trap, exit.u.dbg.pushf_intercept, exit.u.dbg.tf_shadow_val));
        Assert.Equal((vm_cpu_mode.CPU_MODE_PROTECTED, vm_paging_mode.PAGING_MODE_FLAT), (exit.u.dbg.paging.cpu_mode, exit.u.dbg.paging.paging_mode));
        guest.Enable(vm_cap_type.VM_CAP_MTRAP_EXIT);
        Assert.Equal(vm_exitcode.VM_EXITCODE_MTRAP, guest.Run().exitcode);
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_PAUSE)]
    public void APause()
    {
        using ClientGuest guest = ClientModes.Protected(Factory, c =>
        {
            c.pause();
            c.@out(0x10, al);
            c.pause();
            c.@out(0x11, al);
        });
        guest.Enable(vm_cap_type.VM_CAP_PAUSE_EXIT);
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_PAUSE, 2, ClientGuest.Start), (exit.exitcode, exit.inst_length, exit.rip));
        Assert.Equal(0x10, guest.Run().u.inout.port);
        guest.Check(VmCommandWords.VM_SET_CAPABILITY, new vm_capability { captype = vm_cap_type.VM_CAP_PAUSE_EXIT });
        Assert.Equal(0x11, guest.Run().u.inout.port);
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_BPT)]
    public void ABreakpoint()
    {
        using ClientGuest guest = ClientModes.Protected(Factory, c =>
        {
            c.nop();
            c.int3();
            c.@out(0x10, al);
        });
        guest.Enable(vm_cap_type.VM_CAP_BPT_EXIT);
        for (int run = 0; run < 2; run++)
        {
            vm_exit exit = guest.Run();
            Assert.Equal((vm_exitcode.VM_EXITCODE_BPT, 0, ClientGuest.Start + 1), (exit.exitcode, exit.inst_length, exit.rip));
            Assert.Equal((1, ClientGuest.Start + 1), (exit.u.bpt.inst_length, guest.Get(Rip)));
        }

        guest.Vm.Write((long)ClientGuest.Start + 1, [0x90]); // what the debugger had replaced
        Assert.Equal(0x10, guest.Run().u.inout.port);
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_DEBUG)]
    public void AStoppedProcessor()
    {
        using ClientGuest guest = ClientModes.Protected(Factory, c => c.@out(0x10, al));
        guest.Check(VmCommandWords.VM_SUSPEND_CPU, new vm_activate_cpu { vcpuid = -1 });
        for (int run = 0; run < 2; run++)
        {
            Assert.Equal(0, guest.TryRun(out vm_exit exit));
            Assert.Equal((vm_exitcode.VM_EXITCODE_DEBUG, 0, ClientGuest.Start), (exit.exitcode, exit.inst_length, exit.rip));
        }

        guest.Check(VmCommandWords.VM_RESUME_CPU, new vm_activate_cpu { vcpuid = 0 });
        Assert.Equal(0x10, guest.Run().u.inout.port);
    }
}
