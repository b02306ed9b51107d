using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using VmmEngine.Tables;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class OptionTests
{
    [Fact]
    public void ByDefaultOlderCommandsAreThereAndSnapshotsAreNot()
    {
        OneVm one = new();
        foreach (CommandRow row in VmCommandTable.Rows.Where(row => row.Option is not null))
        {
            bool isThere = row.Option!.StartsWith("Compat", StringComparison.Ordinal);
            Assert.True(Call(one, row) != Errno.ENOTTY == isThere, row.Name);
        }
    }

    [Theory]
    [InlineData(Option.Compat12, 2)]
    [InlineData(Option.Compat13, 2)]
    [InlineData(Option.Compat14, 2)]
    [InlineData(Option.Snapshot, 2)]
    [InlineData(Option.Snapshot13, 1)]
    public void AnOptionBringsItsOwnCommandsOnly(Option option, int rows)
    {
        OneVm one = new(new FreeBsdHostOptions { Enabled = option });
        CommandRow[] present = [.. VmCommandTable.Rows.Where(row => row.Option is not null && Call(one, row) != Errno.ENOTTY)];

        Assert.Equal(rows, present.Length);
        Assert.All(present, row => Assert.Equal(option.ToString(), row.Option));
        HostAssert.NothingHeld(one.Vm);
    }

    private static int Call(OneVm one, CommandRow row)
    {
        byte[] bytes = new byte[8192];
        fixed (byte* argument = bytes)
        {
            return one.Vm.Ioctl(row.Value!.Value, argument);
        }
    }
}
