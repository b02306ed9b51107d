using System.Diagnostics;
using System.Globalization;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;

namespace VmmEngine.Ratios.Guests;

/// <summary>Mapping and unmapping a region while two vCPUs execute code that uses another one: the 99th percentile of the commands' times.</summary>
internal sealed unsafe class MapBenchmark(string name, string description, double boundNs) : BoundBenchmark(name, description, boundNs)
{
    private const int Vcpus = 2;
    private const int Times = 1_500;
    private const int FewTimes = 100;
    private const int RegionSegment = 1;
    private const ulong MemoryBytes = 1 << 20;
    private const ulong Region = 1 << 30;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(0.5);

    private static ReadOnlySpan<byte> Code => [0xFE, 0x06, 0x00, 0x30, 0xEB, 0xFA]; // inc byte [3000h]; jmp -6

    private protected override (double Time, string Note) Measure(bool thorough)
    {
        FreeBsdHost host = DeviceGuest.Host(Vcpus, haltDetection: true);
        using DeviceGuest guest = new(host, Vcpus, MemoryBytes, Code);
        guest.Command(VmCommandWords.VM_ALLOC_MEMSEG, new vm_memseg { segid = RegionSegment, len = MemoryBytes });
        guest.StartAll();
        int times = thorough ? Times : FewTimes;
        Alternate(guest, times / 10);
        List<double> samples = Alternate(guest, times);
        samples.Sort();
        double p99 = samples[samples.Count * 99 / 100];
        return (p99, string.Create(CultureInfo.InvariantCulture, $"median {samples[samples.Count / 2] / 1000:F1} us over {samples.Count} commands; time, not processor time"));
    }

    private static List<double> Alternate(DeviceGuest guest, int times)
    {
        vm_memmap map = new() { gpa = Region, segid = RegionSegment, len = MemoryBytes, prot = vm_memory.VM_PROT_ALL };
        vm_munmap unmap = new() { gpa = Region, len = MemoryBytes };
        List<double> samples = new(2 * times);
        for (int i = 0; i < times; i++)
        {
            samples.Add(Time(guest, VmCommandWords.VM_MMAP_MEMSEG, &map));
            samples.Add(Time(guest, VmCommandWords.VM_MUNMAP_MEMSEG, &unmap));
        }

        return samples;
    }

    // The pause lets vCPUs run again that share a processor with the caller.
    private static double Time(DeviceGuest guest, uint command, void* argument)
    {
        Thread.Sleep(s_pause);
        long begin = Stopwatch.GetTimestamp();
        DeviceGuest.Check(guest.Vm.Ioctl(command, argument));
        return Stopwatch.GetElapsedTime(begin).TotalNanoseconds;
    }
}
