using System.Runtime.InteropServices;
using VmmEngine.Abi.OpenBsd;
using VmmEngine.Locks;
using VmmEngine.OpenBsd;
using VmmEngine.OpenBsd.Baseline;
using Xunit;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>VMM_IOC_INFO's protocol of sizes, and what stands in its records.</summary>
public sealed unsafe class InfoTests
{
    private const int RecordSize = 160;

    [Fact]
    public void WithoutVmsNoRoomIsEnough()
    {
        vm_info_params info = default;
        Assert.Equal(0, new Client().Ioctl(BaselineCommandWords.VMM_IOC_INFO, ref info));
        Assert.Equal((0ul, 0ul), (info.vip_size, info.vip_info_ct));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(RecordSize)]
    [InlineData((2 * RecordSize) - 1)]
    public void TooLittleRoomIsASuccessThatSaysHowMuchIsNeeded(ulong size)
    {
        Client client = new();
        client.Create();
        client.Create();
        byte untouched = 0xA5;
        vm_info_params info = new() { vip_size = size, vip_info_ct = 99, vip_info = (vm_info_result*)&untouched };

        Assert.Equal(0, client.Ioctl(BaselineCommandWords.VMM_IOC_INFO, ref info));

        Assert.Equal((2ul * RecordSize, 0ul), (info.vip_size, info.vip_info_ct));
        Assert.Equal(0xA5, untouched);
    }

    [Fact]
    public void MoreRoomThanNeededStaysAsItWas()
    {
        Client client = new();
        client.Create();
        vm_info_result[] records = new vm_info_result[3];
        MemoryMarshal.AsBytes(records.AsSpan()).Fill(0xA5);

        vm_info_params info = client.Report(records);

        Assert.Equal((3ul * RecordSize, 1ul), (info.vip_size, info.vip_info_ct));
        Assert.Equal(1u, records[0].vir_id);
        Assert.Equal(0xA5A5A5A5, records[1].vir_id);
    }

    [Fact]
    public void TheNewestComesFirst()
    {
        Client client = new();
        client.Create();
        client.Create();
        client.Create();
        Assert.Equal(0, client.Terminate(2));
        Assert.Equal([3u, 1u], client.Ids());
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(0x10ul)]
    [InlineData(0x8000_0000_0000_0000ul)]
    [InlineData(0xFFFF_FFFF_FFFF_F000ul)]
    public void ABadArrayIsEFAULTAndTheArgumentStaysAsItWas(ulong address)
    {
        Client client = new();
        client.Create();
        vm_info_params info = new() { vip_size = 1000, vip_info_ct = 99, vip_info = (vm_info_result*)address };

        Assert.Equal(Errno.EFAULT, client.Ioctl(BaselineCommandWords.VMM_IOC_INFO, ref info));

        Assert.Equal((1000ul, 99ul), (info.vip_size, info.vip_info_ct));
        LockState.AssertAtRest(client.Host);
    }

    [Fact]
    public void ARecordDescribesItsVm()
    {
        Client client = new();
        client.Create("web");
        vm_info_result[] records = new vm_info_result[1];
        client.Report(records);

        vm_info_result record = records[0];
        Assert.Equal((0x10_0000ul, 0ul, 1ul), (record.vir_memory_size, record.vir_used_size, record.vir_ncpus));
        Assert.Equal((Environment.ProcessId, 1u), (record.vir_creator_pid, record.vir_id));
        Assert.Equal("web\0"u8.ToArray(), new ReadOnlySpan<byte>(record.vir_name, 4).ToArray());
        Assert.Equal(vcpu_state.VCPU_STATE_STOPPED, record.vir_vcpu_state[0]);
        for (int absent = 1; absent < vmm_limits.VMM_MAX_VCPUS_PER_VM; absent++)
        {
            Assert.Equal(vcpu_state.VCPU_STATE_UNKNOWN, record.vir_vcpu_state[absent]);
        }
    }

    [Fact]
    public void ARunningVcpuIsReportedWithoutWaitingForIt()
    {
        Client client = new();
        Vm vm = client.Host.Vms.Find(client.Create())!;
        VcpuLocks<ProcessorAtomics>.TryAwait(ref *vm.Memory.Locks, 0, out Vcpu* vcpu);
        Assert.True(vm.ContextOf(vcpu).TryBeginRun());
        vm_info_result[] records = new vm_info_result[1];

        client.Report(records);

        vm_info_result record = records[0];
        Assert.Equal(vcpu_state.VCPU_STATE_RUNNING, record.vir_vcpu_state[0]);
    }

    [Fact]
    public void EveryProcessThatManagesSeesAllVms()
    {
        Client client = new();
        client.Create();
        Client other = new(client.Host, new VmmEngine.Devices.Credential { ProcessId = 5, Pledge = Pledges.Manager });
        Assert.Equal([1u], other.Ids());
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public void DyingVmsAreCountedButNotListed(bool counted, int expected)
    {
        Client client = new(new OpenBsdOptions { Quirks = new() { ReportCountsDyingVms = counted } });
        client.Create();
        uint dying = client.Create();
        using Visitor visitor = new(client, dying);
        Task<int> termination = Task.Run(() => client.Terminate(dying));
        Eventually.Is(() => client.Host.Vms.Listed == 1);

        vm_info_result[] records = new vm_info_result[2];
        MemoryMarshal.AsBytes(records.AsSpan()).Fill(0xA5);
        vm_info_params info = client.Report(records);

        Assert.Equal((ulong)expected, info.vip_info_ct);
        Assert.Equal(1u, records[0].vir_id);
        Assert.Equal(counted ? 0 : 0xA5A5A5A5, records[1].vir_id);

        visitor.Leave();
        Assert.Equal(0, Eventually.Result(termination));
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public void AVmThatGoesBetweenCountAndListIsCountedAsADyingOneIs(bool counted, int expected)
    {
        Client client = new(new OpenBsdOptions { Quirks = new() { ReportCountsDyingVms = counted } });
        client.Create();
        vm_info_result* room = stackalloc vm_info_result[2];
        vm_info_params info = new() { vip_size = 2 * RecordSize, vip_info = room };
        CallerLine* line = client.Host.Memory.RentLine();

        int error = Report.Run<OneMoreWhenCounted>(new DeviceCall(client.Handle, client.Handle.Credential, line), ref info);
        LockMemory.ReturnLine(line);

        Assert.Equal((0, (ulong)expected), (error, info.vip_info_ct));
        Assert.Equal((1u, 0u), (room[0].vir_id, room[1].vir_id));
    }

    /// <summary>Counts a VM that is gone when the list is read.</summary>
    private readonly struct OneMoreWhenCounted : IListOperations
    {
        public static int CountVms(in DeviceCall call, ref vm_info_params argument)
        {
            int error = Report.CountVms(in call, ref argument);
            argument.vip_info_ct++;
            return error;
        }

        public static int ListVms(in DeviceCall call, ref vm_info_params argument) => Report.ListVms(in call, ref argument);

        public static int Unlink(in DeviceCall call, ref vm_terminate_params argument) => throw new InvalidOperationException();

        public static int TearDown(in VmTarget target) => throw new InvalidOperationException();

        public static int Forget(in DeviceCall call) => throw new InvalidOperationException();
    }
}
