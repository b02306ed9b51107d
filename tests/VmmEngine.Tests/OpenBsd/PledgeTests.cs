using VmmEngine.Abi.OpenBsd;
using VmmEngine.Devices;
using VmmEngine.OpenBsd;
using VmmEngine.OpenBsd.Baseline;
using Xunit;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>What processes may still do after they have made promises.</summary>
public sealed unsafe class PledgeTests
{
    private const int Creator = 100;
    private const int Stranger = 200;

    public static TheoryData<Promises> Combinations =>
        [.. Enumerable.Range(0, 8).Select(bits => (Promises)bits)];

    [Theory]
    [MemberData(nameof(Combinations))]
    public void TheCommandFilterLetsThrough(Promises promises)
    {
        uint[] strangers = [0, 0x2000_5601, 0xC020_5602, 0x8000_5604];
        foreach (Revisions revisions in Enum.GetValues<Revisions>())
        {
            uint[] runner = Spoken(revisions, [.. Words.BaselineVcpu, BaselineCommandWords.VMM_IOC_TERM], [.. Words.NewerVcpu, BaselineCommandWords.VMM_IOC_TERM]);
            uint[] manager = Spoken(revisions, Words.BaselineManagement, Words.NewerManagement);

            uint[] allowed = (promises & Pledges.Manager) switch
            {
                Pledges.Manager => [.. runner, .. manager],
                Pledges.Runner => runner,
                _ => [],
            };

            foreach (uint command in Words.All.Concat(strangers))
            {
                AssertFiltered(revisions, promises, command, allowed.Contains(command));
            }
        }
    }

    [Fact]
    public void TheFilterComesBeforeEverythingElse()
    {
        Client client = new(new OpenBsdHost(), new Credential { Pledge = Promises.Error });
        client.Host.Suspend();
        Assert.Equal(Errno.ENOSYS, client.Handle.Ioctl(BaselineCommandWords.VMM_IOC_TERM, null));
        Assert.Equal(Errno.ENOSYS, client.Handle.Ioctl(uint.MaxValue, null));
    }

    [Theory]
    [InlineData(null, Creator, true)]
    [InlineData(null, Stranger, true)]
    [InlineData(Promises.Vmm, Creator, true)]
    [InlineData(Promises.Vmm, Stranger, false)]
    [InlineData(Promises.Vmm | Promises.Error, Creator, true)]
    [InlineData(Promises.Vmm | Promises.Error, Stranger, false)]
    [InlineData(Promises.Vmm | Promises.Proc, Stranger, true)]
    [InlineData(Promises.Vmm | Promises.Proc | Promises.Error, Stranger, true)]
    public void AProcessThatOnlyRunsVmsSeesItsOwn(Promises? promises, int process, bool sees)
    {
        List<Credential> killed = [];
        OpenBsdHost host = new(new OpenBsdOptions { KillProcess = killed.Add });
        uint id = new Client(host, new Credential { ProcessId = Creator }).Create();
        Client client = new(host, new Credential { ProcessId = process, Pledge = promises });
        bool takesErrors = promises is Promises made && made.HasFlag(Promises.Error);

        int error = client.Terminate(id);

        Assert.Equal(sees ? 0 : takesErrors ? Errno.ENOSYS : Errno.EPERM, error);
        Assert.Equal(sees || takesErrors ? [] : [client.Handle.Credential], killed);
        Assert.Equal(sees ? 0 : 1, host.VmCount);
        LockState.AssertAtRest(host);
    }

    [Fact]
    public void EveryCommandOnAVmHoldsThatRule()
    {
        OpenBsdHost host = new(new OpenBsdOptions { Revisions = Revisions.Both });
        uint id = new Client(host, new Credential { ProcessId = Creator }).Create();
        Client client = new(host, new Credential { ProcessId = Stranger, Pledge = Pledges.Runner });
        byte* argument = stackalloc byte[4096];
        new Span<byte>(argument, 4096).Clear();

        foreach (uint command in Words.BaselineVcpu.Union(Words.NewerVcpu))
        {
            *(uint*)argument = id;
            Assert.Equal(Errno.EPERM, client.Handle.Ioctl(command, argument));
            *(uint*)argument = id + 1;
            Assert.Equal(Errno.ENOENT, client.Handle.Ioctl(command, argument));
        }

        LockState.AssertAtRest(host);
    }

    [Fact]
    public void PromisesMadeAfterTheOpenCount()
    {
        Client client = new(new OpenBsdHost(), new Credential { ProcessId = Creator });
        client.Create();
        client.Handle.Credential = client.Handle.Credential with { Pledge = Pledges.Runner };
        var create = Client.Creation();

        Assert.Equal(Errno.EPERM, client.Create(ref create));
        Assert.Equal(0, client.Terminate(1));
    }

    [Fact]
    public void PromisesMadeLaterBindACallerThatIsThereAlready()
    {
        Client client = new(new OpenBsdHost(), new Credential { ProcessId = Stranger });
        uint id = client.Create();
        using DeviceCaller follows = client.Handle.CreateCaller();
        using DeviceCaller keeps = client.Handle.CreateCaller(client.Handle.Credential);
        client.Handle.Credential = client.Handle.Credential with { Pledge = Promises.None };
        vm_terminate_params argument = new() { vtp_vm_id = id };

        Assert.Equal(Errno.EPERM, follows.Ioctl(BaselineCommandWords.VMM_IOC_TERM, &argument));
        Assert.Equal(0, keeps.Ioctl(BaselineCommandWords.VMM_IOC_TERM, &argument));
    }

    private static uint[] Spoken(Revisions revisions, uint[] baseline, uint[] newer) => revisions switch
    {
        Revisions.Baseline => baseline,
        Revisions.Newer => newer,
        _ => [.. baseline.Union(newer)],
    };

    private static void AssertFiltered(Revisions revisions, Promises promises, uint command, bool allowed)
    {
        int killed = 0;
        OpenBsdHost host = new(new OpenBsdOptions { Revisions = revisions, KillProcess = _ => killed++ });
        Client client = new(host, new Credential { ProcessId = Creator, Pledge = promises });
        byte* argument = stackalloc byte[4096];
        new Span<byte>(argument, 4096).Clear();

        int error = client.Handle.Ioctl(command, argument);

        // An empty argument asks a report for nothing, and the other commands for what is not there.
        int refusal = promises.HasFlag(Promises.Error) ? Errno.ENOSYS : Errno.EPERM;
        Assert.Equal(allowed, error is 0 or Errno.ENOENT or Errno.EINVAL);
        Assert.Equal(allowed, error != refusal);
        Assert.Equal(allowed || promises.HasFlag(Promises.Error) ? 0 : 1, killed);
    }
}
