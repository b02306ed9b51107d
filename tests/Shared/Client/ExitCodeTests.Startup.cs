using Iced.Intel;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Tests.Client;

/// <content>A vCPU that has another one started.</content>
public abstract unsafe partial class ExitCodeTests
{
    private const uint CommandHigh = 0xFEE0_0310;
    private const uint CommandLow = 0xFEE0_0300;
    private const int Init = 0x4500;
    private const int Startup = 0x4608;
    private const int AllButSelf = 0xC_0000;

    [ExitCase(vm_exitcode.VM_EXITCODE_SPINUP_AP)]
    public void AnotherProcessorIsToBeStarted()
    {
        using ClientGuest guest = ClientModes.Protected(Factory, c =>
        {
            Send(c, Init);
            Send(c, Startup);
            Send(c, Startup); // finds nobody waiting
            Send(c, Init | AllButSelf); // names nobody
            c.@out(0x10, al);
        });
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_SPINUP_AP, 0), (exit.exitcode, exit.inst_length));
        Assert.Equal((1, 0x8000UL), (exit.u.spinup_ap.vcpu, exit.u.spinup_ap.rip));
        Assert.Equal(0x10, guest.Run().u.inout.port);
    }

    [ExitCase(vm_exitcode.VM_EXITCODE_IPI)]
    public void EveryProcessorIsToBeStarted()
    {
        using ClientGuest guest = ClientModes.Protected(Factory, c =>
        {
            Send(c, Init | AllButSelf);
            Send(c, Startup);
            Send(c, Startup);
            c.@out(0x10, al);
        });
        guest.Check(VmCommandWords.VM_ACTIVATE_CPU, 1);
        guest.Enable(vm_cap_type.VM_CAP_IPI_EXIT);
        ulong* destinations = stackalloc ulong[20];
        vm_exit exit = default;
        vm_run run = new() { vm_exit = &exit, cpuset = (cpuset_t*)destinations, cpusetsize = 17 * sizeof(ulong) };
        foreach (uint mode in new[] { vm_exit_ipi.APIC_DELMODE_INIT, vm_exit_ipi.APIC_DELMODE_STARTUP })
        {
            new Span<ulong>(destinations, 20).Fill(ulong.MaxValue);
            do
            {
                guest.Check(VmCommandWords.VM_RUN, run);
            }
            while (exit.exitcode == vm_exitcode.VM_EXITCODE_REQIDLE);

            Assert.Equal((vm_exitcode.VM_EXITCODE_IPI, 0, mode), (exit.exitcode, exit.inst_length, exit.u.ipi.mode));
            Assert.Equal(mode == vm_exit_ipi.APIC_DELMODE_STARTUP ? 8 : 0, exit.u.ipi.vector);
            Assert.Equal(2ul, destinations[0]);
            Assert.All(new ReadOnlySpan<ulong>(destinations + 1, 16).ToArray(), word => Assert.Equal(0ul, word));
            Assert.Equal(ulong.MaxValue, destinations[17]);
        }

        Assert.Equal(0x10, guest.Run().u.inout.port);
    }

    private static void Send(Assembler c, int command)
    {
        c.mov(__dword_ptr[CommandHigh], 1 << 24);
        c.mov(__dword_ptr[CommandLow], command);
    }
}
