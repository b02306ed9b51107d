using System.Runtime.InteropServices;
using System.Text;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using VmmEngine.Tests.FreeBsd.Running;
using VmmEngine.Tests.Locks;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class StatisticsTests
{
    private readonly GuestVm _guest = new();

    [Fact]
    public void TheListIsPagedAndItsEndIsAnEmptyPage()
    {
        int total = Descriptions().Count;
        Assert.InRange(total, 1, 63);
        Assert.Equal((0, total), Read(0));
        Assert.Equal((0, total - 5), Read(5));
        Assert.Equal((0, 1), Read(total - 1));
        Assert.Equal((0, 0), Read(total));
        Assert.Equal(Errno.ENOENT, Read(total + 1).Error);
        Assert.Equal(Errno.ENOENT, Read(int.MaxValue).Error);
        Assert.Equal(Errno.EINVAL, Read(-1).Error);
        Assert.Equal(Errno.EINVAL, Read(int.MinValue).Error);
    }

    [Fact]
    public void ALaterPageHasTheSameFigures()
    {
        _guest.WithVcpu().WithMemory();
        ulong[] all = Statistics(0);
        ulong[] end = Statistics(20);
        Assert.Equal(all[20..], end);
    }

    [Fact]
    public void DescriptionsAreDifferentAndElementsOfAnArrayNumbered()
    {
        List<string> descriptions = Descriptions();
        Assert.Equal(descriptions.Count, descriptions.Distinct().Count());
        Assert.Contains("total number of vm exits", descriptions);
        Assert.Equal(7, descriptions.Count(text => text.StartsWith("lvts triggered[", StringComparison.Ordinal)));
        Assert.Contains("lvts triggered[6]", descriptions);
        foreach (int index in new[] { -1, descriptions.Count, int.MinValue, int.MaxValue })
        {
            Assert.Equal(Errno.EINVAL, Describe(index, out _));
        }
    }

    [Fact]
    public void ExitsCountByKind()
    {
        _guest.WithVcpu();
        _guest.Does(new VcpuExit { Reason = ExitReason.PortOut, Size = 1, Port = 0x99, InstructionLength = 2 })
            .Does(new VcpuExit { Reason = ExitReason.PortIn, Size = 1, Port = 0x99, InstructionLength = 2 })
            .Does(new VcpuExit { Reason = ExitReason.MsrRead, Detail = 0x10, InstructionLength = 2 })
            .Does(new VcpuExit { Reason = ExitReason.MsrWrite, Detail = 0x10, InstructionLength = 2 })
            .Does(new VcpuExit { Reason = ExitReason.Pause, InstructionLength = 2 })
            .Does(new VcpuExit { Reason = ExitReason.Breakpoint })
            .Does(new VcpuExit { Reason = ExitReason.Debug })
            .Does(new VcpuExit { Reason = ExitReason.Failure });
        for (int exit = 0; exit < 8; exit++)
        {
            _guest.Run();
        }

        Assert.Equal(8UL, Statistic("total number of vm exits"));
        Assert.Equal(8UL, Statistic("number of vm exits handled in userspace"));
        Assert.Equal(2UL, Statistic("number of times in/out was intercepted"));
        Assert.Equal(1UL, Statistic("number of times rdmsr was intercepted"));
        Assert.Equal(1UL, Statistic("number of times wrmsr was intercepted"));
        Assert.Equal(1UL, Statistic("number of times pause was intercepted"));
        Assert.Equal(1UL, Statistic("number of vm exits due to exceptions"));
        Assert.Equal(1UL, Statistic("number of monitor trap exits"));
        Assert.Equal(1UL, Statistic("number of vm exits for unknown reason"));
        Assert.NotEqual(0UL, Statistic("vcpu total runtime"));
        Assert.Equal(0UL, Statistic("total number of vm exits", vcpu: 1));
    }

    [Fact]
    public void AForbiddenAccessCountsAsANestedPageFault()
    {
        _guest.WithVcpu().Does(new VcpuExit { Reason = ExitReason.MemoryFault });
        Assert.Equal(Errno.EFAULT, _guest.TryRun(out _));
        Assert.Equal(1UL, Statistic("vm exits due to nested page fault"));
    }

    [Fact]
    public void AResetZeroesThem()
    {
        _guest.WithVcpu().WithMemory().Does(new VcpuExit { Reason = ExitReason.PortOut, Size = 1, Port = 0x99, InstructionLength = 2 });
        _guest.Run();
        Assert.NotEqual(0UL, Statistic("total number of vm exits"));
        Assert.Equal(0, _guest.Suspend());
        _guest.Run();
        Assert.Equal(0, _guest.Reinitialize());
        List<string> descriptions = Descriptions();
        Assert.All(Statistics(0).Where((_, index) => descriptions[index] != "Resident memory"), value => Assert.Equal(0UL, value));
    }

    [Fact]
    public void MemoryIsVcpuZeros()
    {
        _guest.WithMemory();
        Assert.Equal(0UL, Statistic("Resident memory"));
        Assert.Equal(0, _guest.Vm.Write(0x1000, [1]));
        Assert.Equal(4096UL, Statistic("Resident memory"));
        Assert.Equal(0, _guest.Allocate(1, 0x2000, "rom"));
        Assert.Equal(0, _guest.Map(GuestVm.Mebibyte, 1, 0, 0x2000, flags: vm_memory.VM_MEMMAP_F_WIRED));
        Assert.Equal(0x3000UL, Statistic("Resident memory"));
        Assert.Equal(0x2000UL, Statistic("Wired memory"));
        Assert.Equal(0UL, Statistic("Resident memory", vcpu: 1));
        Assert.Equal(0, _guest.Unmap(GuestVm.Mebibyte, 0x2000));
        Assert.Equal(0UL, Statistic("Wired memory"));
    }

    [Fact]
    public void TheOlderFormBeginsAtTheBeginning()
    {
        _guest.WithVcpu().WithMemory();
        vm_stats_13 older = default;
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_STATS_13, ref older));
        Assert.Equal(Statistics(0), new Span<ulong>(older.statbuf, older.num_entries).ToArray());
        Assert.InRange(older.tv.tv_usec, 0, 999_999);
    }

    [Fact]
    public void TheTimeIsTheHosts()
    {
        long before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        vm_stats stats = default;
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_STATS, ref stats));
        Assert.InRange(stats.tv.tv_sec, before, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Assert.InRange(stats.tv.tv_usec, 0, 999_999);
    }

    [Fact]
    public void ReadingAllocatesNothing()
    {
        _guest.WithVcpu().WithMemory();
        using VmCaller caller = _guest.Vm.CreateCaller();
        vm_stats stats = default;
        vm_stat_desc text = new() { index = 33 };
        for (int round = 0; round < 50; round++)
        {
            caller.Ioctl(VmCommandWords.VM_STATS, &stats);
            caller.Ioctl(VmCommandWords.VM_STAT_DESC, &text);
        }

        int error = -1;
        (nuint statistics, nuint description) = ((nuint)(&stats), (nuint)(&text)); // of this method's stack, which outlasts the calls
        long allocated = Allocations.Of(() =>
            error = caller.Ioctl(VmCommandWords.VM_STATS, (void*)statistics) + caller.Ioctl(VmCommandWords.VM_STAT_DESC, (void*)description));
        Assert.Equal((0, 0L), (error, allocated));
    }

    [Fact]
    public void AnOrdinaryHandleThrowsTheVcpuOutAndARelaxedOneLetsItRun()
    {
        _guest.WithVcpu();
        VmHandle relaxed = _guest.One.Host.OpenVm("a", options: VmOpenOptions.Relaxed);
        vm_exit exit = default;
        Background runner = Background.Run(() => _guest.TryRun(out exit));
        Background.Until(() => Volatile.Read(ref _guest.Fake()->Entries) == 1);

        vm_stats stats = default;
        for (int round = 0; round < 100; round++)
        {
            Assert.Equal(0, relaxed.Ioctl(VmCommandWords.VM_STATS, ref stats));
        }

        Assert.Equal(1u, Volatile.Read(ref _guest.Fake()->Entries));
        Assert.False(runner.HasEnded);

        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_STATS, ref stats));
        runner.Wait();
        Assert.Equal(vm_exitcode.VM_EXITCODE_REQIDLE, exit.exitcode);
        Assert.Equal(1UL, Statistic("number of times idle requested at exit"));
    }

    private (int Error, int Count) Read(int index)
    {
        vm_stats stats = new() { index = index, num_entries = -1 };
        int error = _guest.Vm.Ioctl(VmCommandWords.VM_STATS, ref stats);
        return (error, stats.num_entries);
    }

    private ulong[] Statistics(int index, int vcpu = 0)
    {
        vm_stats stats = new() { cpuid = vcpu, index = index };
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_STATS, ref stats));
        return new Span<ulong>(stats.statbuf, stats.num_entries).ToArray();
    }

    private ulong Statistic(string description, int vcpu = 0) => Statistics(0, vcpu)[Descriptions().IndexOf(description)];

    private List<string> Descriptions()
    {
        List<string> descriptions = [];
        while (Describe(descriptions.Count, out string text) == 0)
        {
            descriptions.Add(text);
        }

        return descriptions;
    }

    private int Describe(int index, out string text)
    {
        vm_stat_desc argument = new() { index = index };
        new Span<byte>(argument.desc, 128).Fill(0xFF);
        int error = _guest.Vm.Ioctl(VmCommandWords.VM_STAT_DESC, ref argument);
        text = error == 0 ? Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(argument.desc)) : "";
        return error;
    }
}
