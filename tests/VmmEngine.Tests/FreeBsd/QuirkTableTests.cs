using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Platform;
using VmmEngine.Tests.FreeBsd.Running;
using VmmEngine.Tests.Locks;
using VmmEngine.Tests.Platform;
using VmmEngine.Tests.Tables;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>The table of quirks names every option once, and each does in both positions what its row says.</summary>
public sealed class QuirkTableTests
{
    private static readonly Dictionary<string, Func<FreeBsdQuirks, string>> Trials = new()
    {
        ["TruncateLongNames"] = quirks => Name(Host(quirks).OpenControl().Create(Enumerable.Repeat((byte)'a', 230).ToArray())),
        ["AllowSlashInNames"] = quirks => Name(Host(quirks).OpenControl().Create("a/b")),
        ["RefuseLegacyCreation"] = quirks => Name(Host(quirks).WriteSystemControl("hw.vmm.create", "a"u8, Users.Root)),
        ["ShareNodesAcrossVisibility"] = CreateWhatIsHidden,
        ["IgnoreOpenMode"] = quirks => Name(Open(quirks, OpenMode.Read).Ioctl(VmCommandWords.VM_SUSPEND, new vm_suspend { how = 1 })),
        ["AllowSuspendToDestroy"] = quirks =>
            Name(Open(quirks).Ioctl(VmCommandWords.VM_SUSPEND, new vm_suspend { how = vm_suspend_how.VM_SUSPEND_DESTROY })),
        ["AllowEmptyTopology"] = quirks => Name(Open(quirks).Ioctl(VmCommandWords.VM_SET_TOPOLOGY, new vm_cpu_topology { sockets = 1, threads = 1 })),
        ["UnmapEmptySlots"] = quirks => Name(Guest(quirks).Unmap(0, 0)),
        ["ReportTranslatedSegmentIds"] = ReportedSegment,
        ["HideReadOnlyCapabilities"] = quirks => Name(Guest(quirks).WithVcpu().Vm.Ioctl(
            VmCommandWords.VM_SET_CAPABILITY, new vm_capability { captype = vm_cap_type.VM_CAP_RDTSCP, capval = 1 })),
        ["AllowNegativePinCounts"] = AssertedAfterTooManyWithdrawals,
        ["RestartOnBadMessage"] = quirks => Name(Guest(quirks).Vm.Ioctl(VmCommandWords.VM_LAPIC_MSI, new vm_lapic_msi { addr = 0x1000, msg = 0x40 })),
        ["LoseExitOnBadPointer"] = FirstPortSeen,
        ["AwaitStrandedVcpus"] = DestroyWithAStrandedVcpu,
    };

    private static readonly QuirkTable<FreeBsdQuirks> Table = new("freebsd", Trials);

    public static TheoryData<string> Names => QuirkTable<FreeBsdQuirks>.Names;

    [Fact]
    public void EveryRowIsAnOptionAndHasATrial() => Table.IsWhole();

    [Theory]
    [MemberData(nameof(Names))]
    public void AnOptionDoesWhatItsRowSays(string option) => Table.IsRightAbout(option);

    private static string CreateWhatIsHidden(FreeBsdQuirks quirks)
    {
        FreeBsdHost host = Host(quirks);
        Assert.Equal(0, host.OpenControl().Create("a"));
        return Name(host.OpenControl(Users.RootInJail()).Create("a"));
    }

    private static string ReportedSegment(FreeBsdQuirks quirks)
    {
        vm_memseg_14 argument = new() { segid = 1 };
        Assert.Equal(0, Guest(quirks).Vm.Ioctl(VmCommandWords.VM_GET_MEMSEG_14, ref argument));
        return $"{argument.segid}";
    }

    private static string FirstPortSeen(FreeBsdQuirks quirks)
    {
        GuestVm guest = Guest(quirks).WithVcpu();
        guest.Does(new VcpuExit { Reason = ExitReason.PortOut, Size = 1, Port = 1, InstructionLength = 2 });
        guest.Does(new VcpuExit { Reason = ExitReason.PortOut, Size = 1, Port = 2, InstructionLength = 2 });
        Assert.Equal(Errno.EFAULT, guest.Vm.Ioctl(VmCommandWords.VM_RUN, new vm_run()));
        return $"{guest.Run().u.inout.port}";
    }

    private static string AssertedAfterTooManyWithdrawals(FreeBsdQuirks quirks)
    {
        const int pin = 10;
        using InstructionClock clock = new();
        PcIrqchip irqchip = new(limit: 1, clock, new FakeApicHost());
        LocalApic apic = WithEnabledApic(irqchip);
        irqchip.WriteIoApic(0x00, 4, 0x10 + (2 * pin));
        irqchip.WriteIoApic(0x10, 4, 0x40);
        VmHandle vm = new GuestVm(new FreeBsdHostOptions { Quirks = quirks }, irqchip).Vm;
        Assert.Equal(0, vm.Ioctl(VmCommandWords.VM_IOAPIC_DEASSERT_IRQ, new vm_ioapic_irq { irq = pin }));
        Assert.Equal(0, vm.Ioctl(VmCommandWords.VM_IOAPIC_ASSERT_IRQ, new vm_ioapic_irq { irq = pin }));
        return apic.HasInterrupt() ? "one" : "none";
    }

    private static unsafe LocalApic WithEnabledApic(PcIrqchip irqchip)
    {
        LocalApic apic = irqchip.Apics.Add(0, null);
        apic.Write(0xF0, 4, 0x1FF);
        return apic;
    }

    private static unsafe string DestroyWithAStrandedVcpu(FreeBsdQuirks quirks)
    {
        GuestVm guest = Guest(quirks).WithVcpu(0).WithVcpu(1);
        Background inside = Background.Run(() => guest.TryRun(out _, 0));
        guest.Await(VcpuState.Running);
        int error = -1;
        Background destroyer = Background.Run(() => error = guest.One.Control.Destroy("a"));
        if (!quirks.AwaitStrandedVcpus)
        {
            destroyer.Wait();
            inside.Wait();
            return Name(error);
        }

        guest.Await(VcpuState.Sleeping);
        Assert.False(destroyer.HasEnded);
        SuspendBarrier<ProcessorAtomics>.Release(ref *guest.Vm.Vm.Locks); // nothing but a test can end it
        destroyer.Wait();
        inside.Wait();
        GC.KeepAlive(guest); // whose locks were just used
        return "waits";
    }

    private static FreeBsdHost Host(FreeBsdQuirks quirks) => new(new FreeBsdHostOptions { Quirks = quirks });

    private static GuestVm Guest(FreeBsdQuirks quirks) => new(new FreeBsdHostOptions { Quirks = quirks });

    private static VmHandle Open(FreeBsdQuirks quirks, OpenMode mode = OpenMode.ReadWrite)
    {
        FreeBsdHost host = Host(quirks);
        Assert.Equal(0, host.OpenControl().Create("a"));
        return host.OpenVm("a", mode: mode);
    }

    private static string Name(int error) =>
        error == 0 ? "0" : typeof(Errno).GetFields().Single(field => (int)field.GetRawConstantValue()! == error).Name;
}
