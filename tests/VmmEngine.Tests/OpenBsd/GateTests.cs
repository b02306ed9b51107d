using VmmEngine.Abi.OpenBsd;
using VmmEngine.Devices;
using VmmEngine.OpenBsd;
using VmmEngine.OpenBsd.Baseline;
using VmmEngine.OpenBsd.Newer;
using Xunit;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>Opening, closing, and what the system answers before the device is asked.</summary>
public sealed unsafe class GateTests
{
    private const uint Out = 0x4000_0000;
    private const uint In = 0x8000_0000;
    private const uint Group = (uint)'V' << 8;

    [Theory]
    [InlineData("/dev/vmmctl")]
    [InlineData("/dev/vmm/")]
    [InlineData("/dev/VMM")]
    [InlineData("")]
    public void OtherPathsAreNotThere(string path)
    {
        Assert.Equal(Errno.ENOENT, new OpenBsdHost().Open(path, OpenMode.ReadWrite, Credential.Superuser, out DeviceHandle? handle));
        Assert.Null(handle);
    }

    [Fact]
    public void AnyNumberOfOpensSeeTheSameVms()
    {
        OpenBsdHost host = new();
        Client[] clients = [.. Enumerable.Range(0, 100).Select(_ => new Client(host))];
        uint id = clients[0].Create();

        Assert.All(clients, client => Assert.Equal([id], client.Ids()));
    }

    [Fact]
    public void VmsOutliveTheDescriptor()
    {
        OpenBsdHost host = new();
        Client first = new(host);
        uint id = first.Create();
        first.Handle.Close();

        Assert.Equal(0, new Client(host).Terminate(id));
    }

    [Fact]
    public void AClosedHandleIsEBADF()
    {
        Client client = new();
        client.Handle.Close();

        Assert.Equal(Errno.EBADF, client.Terminate(1));
        Assert.Equal(Errno.EBADF, client.Handle.Ioctl(BaselineCommandWords.VMM_IOC_TERM, null));
    }

    [Fact]
    public void AClosedNumberIsEBADF()
    {
        using DeviceTable table = new(new OpenBsdHost());
        Assert.Equal(0, table.Open(OpenBsdHost.DevicePath, OpenMode.ReadWrite, Credential.Superuser, out int number));
        vm_terminate_params argument = default;
        Assert.Equal(Errno.ENOENT, table.Ioctl(number, BaselineCommandWords.VMM_IOC_TERM, &argument));

        Assert.Equal(0, table.Close(number));

        Assert.Equal(Errno.EBADF, table.Ioctl(number, BaselineCommandWords.VMM_IOC_TERM, &argument));
        Assert.Equal(Errno.EBADF, table.Ioctl(number, BaselineCommandWords.VMM_IOC_TERM, null));
        Assert.Equal(Errno.EBADF, table.Ioctl(number, 0, null));
        Assert.Equal(Errno.EBADF, table.Close(number));
    }

    [Fact]
    public void AHandleOpenForNothingIsEBADF()
    {
        Client client = new(new OpenBsdHost(), mode: OpenMode.None);
        Assert.Equal(Errno.EBADF, client.Terminate(1));
    }

    [Theory]
    [InlineData(OpenMode.Read)]
    [InlineData(OpenMode.Write)]
    public void ReadingOrWritingIsEnoughForEverything(OpenMode mode)
    {
        Client client = new(new OpenBsdHost(), mode: mode);
        Assert.Equal(0, client.Terminate(client.Create()));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    [InlineData(0x2000_0000u | Group | 1)] // void
    [InlineData(0x2000_0000u | (8u << 16) | Group | 4)]
    [InlineData(In | (4u << 16) | ('v' << 8) | 4)] // another group
    [InlineData(In | Out | (4u << 16) | Group | 4)] // another direction
    [InlineData(Out | (4u << 16) | Group | 4)]
    [InlineData(In | (4u << 16) | Group | 12)] // another number
    [InlineData(In | (8u << 16) | Group | 4)] // another size
    [InlineData(0xC020_5602)] // RUN as it was before the baseline
    public void AnUnknownWordIsENOTTY(uint command)
    {
        byte* argument = stackalloc byte[8192];
        foreach (Revisions revisions in Enum.GetValues<Revisions>())
        {
            Assert.Equal(Errno.ENOTTY, new Client(new OpenBsdOptions { Revisions = revisions }).Handle.Ioctl(command, argument));
        }
    }

    [Theory]
    [InlineData(4096, Errno.EFAULT)]
    [InlineData(4097, Errno.ENOTTY)]
    [InlineData(8191, Errno.ENOTTY)]
    public void MoreThanAPageOfArgumentIsENOTTYBeforeItIsCopied(uint size, int expected) =>
        Assert.Equal(expected, new Client().Handle.Ioctl(In | (size << 16) | Group | 1, null));

    [Theory]
    [InlineData(Revisions.Baseline, NewerCommandWords.VMM_IOC_CREATE)]
    [InlineData(Revisions.Baseline, NewerCommandWords.VMM_IOC_RUN)]
    [InlineData(Revisions.Baseline, NewerCommandWords.VMM_IOC_SHAREMEM)]
    [InlineData(Revisions.Newer, BaselineCommandWords.VMM_IOC_CREATE)]
    [InlineData(Revisions.Newer, BaselineCommandWords.VMM_IOC_RUN)]
    [InlineData(Revisions.Newer, BaselineCommandWords.VMM_IOC_SHAREMEM)]
    [InlineData(Revisions.Newer, BaselineCommandWords.VMM_IOC_MPROTECT_EPT)]
    public void AnotherRevisionsWordIsENOTTY(Revisions spoken, uint command)
    {
        byte* argument = stackalloc byte[4096];
        new Span<byte>(argument, 4096).Clear();

        Assert.Equal(Errno.ENOTTY, new Client(new OpenBsdOptions { Revisions = spoken }).Handle.Ioctl(command, argument));
        Assert.NotEqual(Errno.ENOTTY, new Client(new OpenBsdOptions { Revisions = Revisions.Both }).Handle.Ioctl(command, argument));
    }

    [Fact]
    public void NoArgumentIsEFAULT()
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both });
        foreach (uint command in Words.All)
        {
            Assert.Equal(Errno.EFAULT, client.Handle.Ioctl(command, null));
        }

        LockState.AssertEmpty(client.Host);
    }

    [Fact]
    public void NoArgumentIsEFAULTEvenWhileSuspended()
    {
        Client client = new();
        client.Host.Suspend();
        Assert.Equal(Errno.EFAULT, client.Handle.Ioctl(BaselineCommandWords.VMM_IOC_INFO, null));
    }

    [Fact]
    public void ACallerAnswersAsItsHandleDoes()
    {
        Client client = new();
        using DeviceCaller caller = client.Handle.CreateCaller();
        vm_terminate_params argument = new() { vtp_vm_id = client.Create() };

        Assert.Equal(Errno.EFAULT, caller.Ioctl(BaselineCommandWords.VMM_IOC_TERM, null));
        Assert.Equal(Errno.ENOTTY, caller.Ioctl(0, null));
        Assert.Equal(0, caller.Ioctl(BaselineCommandWords.VMM_IOC_TERM, &argument));
        Assert.Equal(Errno.ENOENT, caller.Ioctl(BaselineCommandWords.VMM_IOC_TERM, &argument));
        LockState.AssertEmpty(client.Host, callers: 1);

        caller.Dispose();

        LockState.AssertEmpty(client.Host);
        Assert.Throws<ObjectDisposedException>(() => caller.Ioctl(0, null));
    }
}
