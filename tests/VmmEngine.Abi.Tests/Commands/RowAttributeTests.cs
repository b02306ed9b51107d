namespace VmmEngine.Abi.Tests.Commands;

/// <summary>What the rows say beyond their command words.</summary>
public sealed class RowAttributeTests
{
    private static readonly TableFile Control = TableFile.Read("freebsd/vmmctl.ioctls");
    private static readonly TableFile Vm = TableFile.Read("freebsd/vm.ioctls");

    [Fact]
    public void RowsOfCompatibilityAndSnapshotExistByOption()
        => Assert.Equal(
            [
                "VM_SNAPSHOT_REQ Snapshot", "VM_RESTORE_TIME Snapshot",
                "VM_ALLOC_MEMSEG_12 Compat12", "VM_GET_MEMSEG_12 Compat12",
                "VM_ALLOC_MEMSEG_14 Compat14", "VM_GET_MEMSEG_14 Compat14",
                "VM_RUN_13 Compat13", "VM_STATS_13 Compat13", "VM_SNAPSHOT_REQ_13 Snapshot13",
            ],
            WithAttribute(Vm, "option"));

    [Fact]
    public void RowsThatFreezeWithoutNeedHaveARelaxedSet()
        => Assert.Equal(
            [
                "VM_STATS ALLOC_VCPU", "VM_GET_MEMSEG NONE", "VM_MMAP_GETNEXT NONE", "VM_INJECT_NMI ALLOC_VCPU", "VM_LAPIC_IRQ ALLOC_VCPU", "VM_GET_X2APIC_STATE ALLOC_VCPU",
            ],
            WithAttribute(Vm, "relaxed"));

    [Fact]
    public void RowsThatAClientCallsInALoopGoLast()
        => Assert.Equal(["VM_RUN", "VM_RUN_13", "VM_RUN_SLICE"], Vm.Rows.Where(row => row.Attributes.Contains("goes-last")).Select(row => row.Name));

    [Fact]
    public void BothControlRowsMayNeedAPrivilege()
        => Assert.Equal(
            ["VMMCTL_VM_CREATE VMM_CREATE", "VMMCTL_VM_DESTROY VMM_DESTROY"],
            WithAttribute(Control, "may-need"));

    [Theory]
    [InlineData("openbsd/vmm-baseline.ioctls")]
    [InlineData("openbsd/vmm-newer.ioctls")]
    public void TeardownAloneWorksOnAVmThatItsCallerHolds(string path)
        => Assert.Equal(["VMM_TEARDOWN vm"], WithAttribute(TableFile.Read(path), "on"));

    [Fact]
    public void RowsThatFreezeOrFindAVcpuLeadWithItsId()
        => Assert.All(
            Vm.Rows.Where(row => row.Number != "-" && (row.Flags.Contains("ONE_VCPU", StringComparison.Ordinal)
                || row.Flags.Contains("ALLOC_VCPU", StringComparison.Ordinal))),
            row => Assert.Contains(LeadingField(AbiTypes.FreeBsd, row.Argument), (string[])["cpuid", "vcpuid", "int"]));

    private static string LeadingField(string @namespace, string argument)
        => argument == "int"
            ? argument
            : AbiTypes.TryFind(@namespace, argument)!.GetFields().First(field => Layouts.Measured.OffsetOf(field) == 0).Name;

    private static IEnumerable<string> WithAttribute(TableFile table, string key)
        => table.Rows.Where(row => row.Attribute(key) is not null).Select(row => $"{row.Name} {row.Attribute(key)}");
}
