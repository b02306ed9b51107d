using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Memory;

namespace VmmEngine.SoftX86;

/// <summary>
/// What host memory a VM's guest-physical addresses mean: a sorted array of regions, replaced as a whole by each change. Native memory, one a VM.
/// </summary>
/// <remarks>
/// Changed only while every vCPU of the VM is frozen, so a vCPU reads it without asking anybody. After a change every vCPU's
/// <see cref="Mmu.FlushAll"/> is due before it runs again: translations hold host addresses.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PhysicalMap
{
    /// <summary>Width of a guest-physical address in bits, as CPUID reports it. Page-table bits above it are reserved, so memory mapped higher up is out of the guest's reach.</summary>
    public const int AddressBits = 46;

    /// <summary>Held by a vCPU during a read-modify-write across a page border. Nothing but the code log's lock is taken under it.</summary>
    public WordLock SplitLock;

    private PhysicalRegion* _regions;
    private int _count;

    /// <summary>A map without any memory.</summary>
    /// <returns>Null if the host has no memory.</returns>
    public static PhysicalMap* Create() => (PhysicalMap*)TryAllocate((nuint)sizeof(PhysicalMap));

    /// <summary>Gives the map back. No vCPU uses it any more; the memory that it shows is somebody else's.</summary>
    public static void Free(PhysicalMap* map)
    {
        if (map != null)
        {
            NativeMemory.Free(map->_regions);
            NativeMemory.Free(map);
        }
    }

    /// <summary>Shows host memory to the guest. All vCPUs are frozen.</summary>
    /// <returns>0; EINVAL: not whole pages, empty, or over the end of 64 bits; EEXIST: overlaps a region; ENOMEM.</returns>
    public static int Map(PhysicalMap* map, ulong address, byte* host, ulong length, MemoryProtection protection)
    {
        if (((address | length | (ulong)host) & (Tlb.PageSize - 1)) != 0 || length == 0 || address + length - 1 < address)
        {
            return Errno.EINVAL;
        }

        int place = 0;
        for (; place < map->_count && map->_regions[place].Start < address; place++)
        {
        }

        if ((place > 0 && map->_regions[place - 1].Contains(address)) || (place < map->_count && map->_regions[place].Start - address < length))
        {
            return Errno.EEXIST;
        }

        PhysicalRegion* regions = (PhysicalRegion*)TryAllocate((nuint)(map->_count + 1) * (nuint)sizeof(PhysicalRegion));
        if (regions == null)
        {
            return Errno.ENOMEM;
        }

        new ReadOnlySpan<PhysicalRegion>(map->_regions, place).CopyTo(new Span<PhysicalRegion>(regions, place));
        regions[place] = new PhysicalRegion { Start = address, Length = length, Host = host, Protection = protection };
        int rest = map->_count - place;
        new ReadOnlySpan<PhysicalRegion>(map->_regions + place, rest).CopyTo(new Span<PhysicalRegion>(regions + place + 1, rest));
        Publish(map, regions, map->_count + 1);
        return 0;
    }

    /// <summary>Takes back exactly what one <see cref="Map"/> showed. All vCPUs are frozen.</summary>
    /// <returns>0; EINVAL if there is no such region.</returns>
    public static int Unmap(PhysicalMap* map, ulong address, ulong length)
    {
        for (int i = 0; i < map->_count; i++)
        {
            if (map->_regions[i].Start == address && map->_regions[i].Length == length)
            {
                // In place, because taking memory away may not fail for want of memory. Nobody reads meanwhile.
                int rest = map->_count - i - 1;
                new ReadOnlySpan<PhysicalRegion>(map->_regions + i + 1, rest).CopyTo(new Span<PhysicalRegion>(map->_regions + i, rest));
                map->_count--;
                return 0;
            }
        }

        return Errno.EINVAL;
    }

    /// <summary>The region of an address, or null where there is no memory.</summary>
    public static PhysicalRegion* Find(PhysicalMap* map, ulong address)
    {
        PhysicalRegion* regions = map->_regions;
        int low = 0;
        int high = map->_count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (regions[middle].Contains(address))
            {
                return regions + middle;
            }

            if (regions[middle].Start > address)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return null;
    }

    /// <summary>The same, remembering the vCPU's last answer: most addresses are in one big region.</summary>
    public static PhysicalRegion* Find(Cpu* cpu, ulong address)
    {
        PhysicalRegion* last = cpu->Mmu.LastRegion;
        if (last != null && last->Contains(address))
        {
            return last;
        }

        PhysicalRegion* found = Find(cpu->Mmu.Physical, address);
        if (found != null)
        {
            cpu->Mmu.LastRegion = found;
        }

        return found;
    }

    /// <summary>Where the bytes of an address are in this process. Good up to the end of the address's page, until the map changes.</summary>
    /// <returns>False: no memory there, or none that may be used in this way.</returns>
    public static bool TryHost(Cpu* cpu, ulong address, Access access, out byte* host)
    {
        PhysicalRegion* region = Find(cpu, address);
        if (region == null || !region->Allows(access))
        {
            host = null;
            return false;
        }

        host = region->Host + (address - region->Start);
        return true;
    }

    private static void Publish(PhysicalMap* map, PhysicalRegion* regions, int count)
    {
        NativeMemory.Free(map->_regions);
        map->_regions = regions;
        map->_count = count;
    }

    private static void* TryAllocate(nuint size)
    {
        try
        {
            return NativeMemory.AllocZeroed(size);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }
}
