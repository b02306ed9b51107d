using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public class NameRulesTests
{
    private readonly FreeBsdHost _host = new(new FreeBsdHostOptions { MaxVmsPerUser = 100 });
    private readonly ControlHandle _control;

    public NameRulesTests() => _control = _host.OpenControl();

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a/")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("a\nb")]
    [InlineData("a\vb")]
    [InlineData("a\fb")]
    [InlineData("a\rb")]
    [InlineData("a\"b")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../a")]
    [InlineData("a/./b")]
    [InlineData("a//..")]
    public void SomeNamesMakeNoDeviceNode(string name)
    {
        Assert.Equal(Errno.EINVAL, _control.Create(name));
        HostAssert.Quiet(_host);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("...")]
    [InlineData(".a")]
    [InlineData("a..b")]
    [InlineData("'$*\\~'")]
    [InlineData("\u0001\u007F")]
    [InlineData("\u00C4\u00FF")] // bytes, not text
    [InlineData("a/b/c")]
    [InlineData("//a")]
    public void EverythingElseDoes(string name)
    {
        Assert.Equal(0, _control.Create(name));
        Assert.Equal(0, _host.OpenVm(name).Close());
        Assert.Equal(0, _control.Destroy(name));
        HostAssert.Quiet(_host);
    }

    [Fact]
    public void NamesAreComparedByteForByte()
    {
        Assert.Equal(0, _control.Create("vm"));
        Assert.Equal(0, _control.Create("VM"));
        Assert.Equal(Errno.EINVAL, _control.Destroy("Vm"));
    }

    [Fact]
    public void TheLongestNameHas229Bytes()
    {
        string longest = new('a', 229);
        Assert.Equal(0, _control.Create(longest));
        Assert.Equal(0, _host.OpenVm(longest).Close());
        Assert.Equal(0, _control.Destroy(longest));
    }

    [Fact]
    public void RunsOfSlashesLeadToOneNode()
    {
        Assert.Equal(0, _control.Create("a//b"));

        Assert.Equal(Errno.EEXIST, _control.Create("a/b"));
        Assert.Equal(Errno.EINVAL, _control.Destroy("a/b")); // another name, though the same node
        Assert.Equal(0, _host.OpenVm("a/b").Close());
        Assert.Equal(0, _control.Destroy("a//b"));
    }

    [Fact]
    public void ANodeIsNotAlsoADirectory()
    {
        _control.Create("a/b");
        _control.Create("c");

        Assert.Equal(Errno.EEXIST, _control.Create("a"));
        Assert.Equal(Errno.EEXIST, _control.Create("c/d"));
        Assert.Equal(0, _control.Create("a/c"));
        Assert.Equal(0, _control.Create("ab"));
    }

    [Fact]
    public void ATakenNameIsRefusedUntilItsVmIsGone()
    {
        Assert.Equal(0, _control.Create("a"));
        Assert.Equal(Errno.EEXIST, _control.Create("a"));
        Assert.Equal(0, _control.Destroy("a"));
        Assert.Equal(0, _control.Create("a"));
    }
}
