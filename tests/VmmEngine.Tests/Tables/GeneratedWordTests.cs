using VmmEngine.Abi.Tests.Commands;
using VmmEngine.FreeBsd;
using VmmEngine.Kvm;
using VmmEngine.OpenBsd.Baseline;
using VmmEngine.OpenBsd.Newer;
using VmmEngine.Tables;
using Xunit;

namespace VmmEngine.Tests.Tables;

/// <summary>The command words that the generator has computed from the structs are the references', all of them.</summary>
public sealed class GeneratedWordTests
{
    [Fact]
    public void FreeBsdControl() => Check(FreeBsdCommands.Control, ControlCommandTable.Rows);

    [Fact]
    public void FreeBsdVm() => Check([.. FreeBsdCommands.Generic, .. FreeBsdCommands.Amd64, .. FreeBsdCommands.Compat], VmCommandTable.Rows);

    [Fact]
    public void OpenBsdBaseline() => Check(OpenBsdCommands.Baseline, BaselineCommandTable.Rows);

    [Fact]
    public void OpenBsdNewer() => Check(OpenBsdCommands.Newer, NewerCommandTable.Rows);

    [Fact]
    public void KvmSystem() => Check(KvmCommands.System, KvmSystemTable.Rows);

    [Fact]
    public void KvmVm() => Check(KvmCommands.Vm, KvmVmTable.Rows);

    [Fact]
    public void KvmVcpu() => Check(KvmCommands.Vcpu, KvmVcpuTable.Rows);

    [Fact]
    public void KvmDevice() => Check(KvmCommands.Device, KvmDeviceTable.Rows);

    private static void Check(string[] reference, IReadOnlyList<CommandRow> generated)
    {
        IEnumerable<string> expected = reference.Select(Command.Parse)
            .Select(command => $"{command.Name} {command.Number} {command.Direction} {command.Size} {command.Word:X8}");
        IEnumerable<string> actual = generated.Where(row => row.Value is not null)
            .Select(row => $"{row.Name} {row.Number} {row.Direction} {row.Size} {row.Value:X8}");

        Assert.Equal(expected, actual);
    }
}
