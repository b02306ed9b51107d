using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <content>What a vCPU has counted. The order of the statistics may change; clients find it out by their descriptions.</content>
public unsafe partial struct VmHandlers
{
    private const int LongestDescription = 128;
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;

    /// <summary>VM_STATS: reads up to 64 statistics from an index on, with the time of day. Whoever wants all goes on until fewer come.</summary>
    /// <returns>0, also behind the last one, where none comes; EINVAL for a negative index; ENOENT for one beyond that.</returns>
    /// <remarks>The figures are words that the vCPU's holder writes, so they can be read while it runs.</remarks>
    public static int GetStatistics(in VmCall call, Vcpu* vcpu, ref vm_stats argument)
    {
        if (argument.index < 0)
        {
            return Errno.EINVAL;
        }

        if (argument.index > VcpuStatistics.Count)
        {
            return Errno.ENOENT;
        }

        Span<ulong> buffer = MemoryMarshal.CreateSpan(ref argument.statbuf[0], vm_stats.MAX_VM_STATS);
        argument.num_entries = ReadStatistics(call.Vm, vcpu, argument.index, buffer);
        argument.tv = TimeOfDay();
        return 0;
    }

    /// <summary>The form of FreeBSD 13, from the first statistic on.</summary>
    /// <returns>0.</returns>
    public static int GetStatistics13(in VmCall call, Vcpu* vcpu, ref vm_stats_13 argument)
    {
        Span<ulong> buffer = MemoryMarshal.CreateSpan(ref argument.statbuf[0], vm_stats.MAX_VM_STATS);
        argument.num_entries = ReadStatistics(call.Vm, vcpu, 0, buffer);
        argument.tv = TimeOfDay();
        return 0;
    }

    /// <summary>VM_STAT_DESC: says what a statistic counts.</summary>
    /// <returns>0; EINVAL for an index that none has.</returns>
    public static int DescribeStatistic(in VmCall call, ref vm_stat_desc argument)
    {
        if ((uint)argument.index >= VcpuStatistics.Count)
        {
            return Errno.EINVAL;
        }

        Span<byte> text = MemoryMarshal.CreateSpan(ref argument.desc[0], LongestDescription);
        text.Clear();
        VcpuStatistics.Describe(argument.index, text);
        return 0;
    }

    private static int ReadStatistics(Vm vm, Vcpu* vcpu, int first, Span<ulong> buffer)
    {
        Span<ulong> all = stackalloc ulong[VcpuStatistics.Count];
        VcpuStatistics.Read(vm, vcpu, all);
        int count = Math.Min(buffer.Length, all.Length - first);
        all.Slice(first, count).CopyTo(buffer);
        return count;
    }

    private static timeval TimeOfDay()
    {
        long ticks = DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks;
        return new timeval { tv_sec = ticks / TimeSpan.TicksPerSecond, tv_usec = ticks % TimeSpan.TicksPerSecond / TicksPerMicrosecond };
    }
}
