using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public class TopologyTests
{
    private readonly OneVm _one = new();

    [Fact]
    public void ANewVmHasOneOfEach() => Assert.Equal((1, 1, 1, 4), Get());

    [Fact]
    public void WhatIsSetIsReported()
    {
        Assert.Equal(0, Set(2, 1, 2, maxcpus: 60_000)); // which is not looked at
        Assert.Equal((2, 1, 2, 4), Get());
    }

    [Theory]
    [InlineData(5, 1, 1)]
    [InlineData(2, 3, 1)]
    [InlineData(65535, 65535, 65535)] // more than 32 bits
    [InlineData(32768, 32768, 4)] // 0 in 32 bits
    public void MoreVcpusThanIdsAreRefusedAndChangeNothing(int sockets, int cores, int threads)
    {
        Assert.Equal(Errno.EINVAL, Set(sockets, cores, threads));
        Assert.Equal((1, 1, 1, 4), Get());
    }

    [Fact]
    public void TheIoApicHas32Pins()
    {
        int pins = 0;
        Assert.Equal(0, _one.Vm.Ioctl(VmCommandWords.VM_IOAPIC_PINCOUNT, ref pins));
        Assert.Equal(32, pins);
    }

    private int Set(int sockets, int cores, int threads, int maxcpus = 0) => _one.Vm.Ioctl(
        VmCommandWords.VM_SET_TOPOLOGY,
        new vm_cpu_topology { sockets = (ushort)sockets, cores = (ushort)cores, threads = (ushort)threads, maxcpus = (ushort)maxcpus });

    private (int Sockets, int Cores, int Threads, int MaxCpus) Get()
    {
        vm_cpu_topology topology = default;
        Assert.Equal(0, _one.Vm.Ioctl(VmCommandWords.VM_GET_TOPOLOGY, ref topology));
        return (topology.sockets, topology.cores, topology.threads, topology.maxcpus);
    }
}
