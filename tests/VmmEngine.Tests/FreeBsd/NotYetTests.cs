using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public class NotYetTests
{
    [Fact]
    public void EveryCommandHasAHandler()
    {
        Assert.DoesNotContain(VmCommandTable.Rows, row => row.NotYet);
        Assert.DoesNotContain(ControlCommandTable.Rows, row => row.NotYet);
    }
}
