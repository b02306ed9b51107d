using System.Text;
using VmmEngine.Abi.OpenBsd;
using VmmEngine.Devices;
using VmmEngine.OpenBsd;
using Xunit;
using BaselineCreate = VmmEngine.Abi.OpenBsd.Baseline.vm_create_params;
using NewerCreate = VmmEngine.Abi.OpenBsd.Newer.vm_create_params;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>What a creation gives, and in which order it refuses.</summary>
public sealed unsafe class CreateTests
{
    [Fact]
    public void IdsStartAtOneAndAreNeverReused()
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both });
        Assert.Equal(1u, client.Create());
        Assert.Equal(2u, client.CreateNewer());
        Assert.Equal(0, client.Terminate(2));
        Assert.Equal(3u, client.Create());
    }

    [Fact]
    public void AFailedCreationUsesNoId()
    {
        Client client = new();
        BaselineCreate create = Client.Creation();
        create.vcp_ncpus = 0;
        Assert.Equal(Errno.EINVAL, client.Create(ref create));
        Assert.Equal(1u, client.Create());
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(2ul)]
    [InlineData(1ul << 32 | 1)]
    [InlineData(ulong.MaxValue)]
    public void AVmHasExactlyOneVcpu(ulong count)
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both });
        BaselineCreate create = Client.Creation();
        NewerCreate newer = Client.NewerCreation();
        create.vcp_ncpus = newer.vcp_ncpus = count;

        Assert.Equal(Errno.EINVAL, client.Create(ref create));
        Assert.Equal(Errno.EINVAL, client.Create(ref newer));
        LockState.AssertEmpty(client.Host);
    }

    [Fact]
    public void NamesMayBeEmptyAndEqual()
    {
        Client client = new();
        client.Create("twin");
        client.Create("twin");
        client.Create();

        vm_info_result[] records = new vm_info_result[3];
        client.Report(records);
        Assert.Equal(["", "twin", "twin"], records.Select(NameOf));
    }

    [Fact]
    public void AnOverlongNameIsCut()
    {
        Client client = new();
        client.Create(new string('x', 64));

        vm_info_result[] records = new vm_info_result[1];
        client.Report(records);
        Assert.Equal(new string('x', 63), NameOf(records[0]));
    }

    [Fact]
    public void WhatLiesBehindTheNameDoesNotShow()
    {
        Client client = new();
        client.Create("a\0b");

        vm_info_result[] records = new vm_info_result[1];
        client.Report(records);
        vm_info_result record = records[0];
        Assert.Equal("a", NameOf(record));
        Assert.Equal(0, record.vir_name[2]);
    }

    [Theory]
    [InlineData(64, Errno.EINVAL)]
    [InlineData(63, 0)]
    public void AnOverlongNameIsRefusedIfSoSwitched(int length, int expected)
    {
        Client client = new(new OpenBsdOptions { Quirks = new() { TruncateNames = false } });
        BaselineCreate create = Client.Creation();
        new Span<byte>(create.vcp_name, length).Fill((byte)'x');
        Assert.Equal(expected, client.Create(ref create));
    }

    [Fact]
    public void TheNewerRevisionAnswersTheVcpusVpid()
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Newer });
        NewerCreate create = Client.NewerCreation(Client.Range(va: 0x5000));
        create.vcp_poscbit = 51;

        Assert.Equal(0, client.Create(ref create));

        Assert.Equal(1u, create.vcp_asid[0]);
        Assert.Equal(0u, create.vcp_poscbit);
        Assert.Equal(0ul, create.vcp_memranges[0].vmr_va);
        Assert.Equal(1, client.Host.VpidCount);

        Assert.Equal(0, client.Terminate(create.vcp_id));
        LockState.AssertEmpty(client.Host);
    }

    [Fact]
    public void TheDeviceHas512Vcpus()
    {
        Client client = new();
        for (int i = 0; i < 512; i++)
        {
            client.Create();
        }

        BaselineCreate create = Client.Creation();
        Assert.Equal(Errno.ENOMEM, client.Create(ref create));
        Assert.Equal((512, 512), (client.Host.VmCount, client.Host.VcpuCount));

        Assert.Equal(0, client.Terminate(100));
        Assert.Equal(513u, client.Create());
    }

    [Fact]
    public void ABadRequestIsEINVALEvenWhenThereIsNoRoom()
    {
        Client client = new(new OpenBsdOptions { VcpuLimit = 0 });
        BaselineCreate create = Client.Creation();
        Assert.Equal(Errno.ENOMEM, client.Create(ref create));
        create.vcp_ncpus = 2;
        Assert.Equal(Errno.EINVAL, client.Create(ref create));
    }

    [Fact]
    public void CreationsAtTheSameTimeStayWithinTheLimit()
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both, VcpuLimit = 50 });
        int created = 0;
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            NewerCreate create = Client.NewerCreation();
            int error = client.Create(ref create);
            Assert.Contains(error, (int[])[0, Errno.ENOMEM]);
            Interlocked.Add(ref created, error == 0 ? 1 : 0);
        });

        Assert.Equal(50, created);
        Assert.Equal((50, 50, 50), (client.Host.VmCount, client.Host.VcpuCount, client.Host.VpidCount));
        LockState.AssertAtRest(client.Host);
    }

    [Fact]
    public void VpidsRunOutBeforeVcpusIfThereAreFewer()
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both, VpidMaximum = 2 });
        client.CreateNewer();
        client.CreateNewer();
        NewerCreate create = Client.NewerCreation();
        Assert.Equal(Errno.ENOMEM, client.Create(ref create));
        Assert.Equal((2, 2), (client.Host.VmCount, client.Host.VpidCount));

        client.Create(); // the baseline gives VPIDs out later
        Assert.Equal(0, client.Terminate(1));
        Assert.Equal(0, client.Create(ref create));
    }

    [Fact]
    public void TheCreatorIsTheCallingProcess()
    {
        Client client = new();
        using DeviceCaller caller = client.Handle.CreateCaller(new Credential { ProcessId = 77 });
        BaselineCreate create = Client.Creation();
        Assert.Equal(0, caller.Ioctl(VmmEngine.OpenBsd.Baseline.BaselineCommandWords.VMM_IOC_CREATE, &create));

        vm_info_result[] records = new vm_info_result[1];
        client.Report(records);
        Assert.Equal(77, records[0].vir_creator_pid);
    }

    private static string NameOf(vm_info_result record)
    {
        ReadOnlySpan<byte> name = new(record.vir_name, vmm_limits.VMM_MAX_NAME_LEN);
        return Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]);
    }
}
