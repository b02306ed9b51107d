using System.Runtime.InteropServices;
using VmmEngine.Backends;
using VmmEngine.Memory;

namespace VmmEngine.SoftX86.Tests.Memory;

/// <summary>A vCPU without a translator: state, MMU and some memory from guest-physical address 0. Everything else is a device.</summary>
internal sealed unsafe class MemoryProcessor : IDisposable
{
    public const ulong Page = 4096;

    private readonly PhysicalMap* _map = PhysicalMap.Create();
    private readonly CodeMap* _code = CodeMap.Create(2);
    private readonly List<nint> _host = [];

    public MemoryProcessor(int pages = 64)
    {
        Cpu = (Cpu*)NativeMemory.AlignedAlloc((nuint)sizeof(Cpu), 128);
        NativeMemory.Clear(Cpu, (nuint)sizeof(Cpu));
        Cpu->Exit = (VcpuExit*)NativeMemory.AllocZeroed((nuint)sizeof(VcpuExit));
        Cpu->Translator.Map = _code;
        Cpu->Translator.Bit = 1;
        Assert.True(Mmu.Create(Cpu, _map));
        Ram = AddRegion(0, pages, MemoryProtection.All);
        RamBytes = pages * (int)Page;
        for (int i = 0; i < 6; i++)
        {
            Cpu->Segments[i] = new SegmentRegister { Limit = uint.MaxValue, Access = AccessBits.RealMode | AccessBits.Big };
        }
    }

    public Cpu* Cpu { get; }

    /// <summary>The memory at address 0.</summary>
    public byte* Ram { get; }

    public int RamBytes { get; }

    public Span<byte> Bytes => new(Ram, RamBytes);

    public PhysicalMap* Map => _map;

    public byte* AddRegion(ulong address, int pages, MemoryProtection protection)
    {
        byte* host = (byte*)NativeMemory.AlignedAlloc((nuint)pages * (nuint)Page, (nuint)Page);
        NativeMemory.Clear(host, (nuint)pages * (nuint)Page);
        _host.Add((nint)host);
        Assert.Equal(0, PhysicalMap.Map(_map, address, host, (ulong)pages * Page, protection));
        Mmu.FlushAll(Cpu);
        return host;
    }

    /// <summary>Pretends that another vCPU has decoded code of a page.</summary>
    public void MarkCode(ulong page) => _code->Find(page)->Code = 2;

    /// <summary>How often a write to decoded code was announced.</summary>
    public ulong Announcements => _code->LogEnd;

    public void Use(PagingMode mode, ulong cr3 = 0)
    {
        Cpu->Cr0 = Cr0Bits.ProtectionEnable | Cr0Bits.WriteProtect | (mode == PagingMode.Flat ? 0 : Cr0Bits.Paging);
        Cpu->Cr4 = mode switch
        {
            PagingMode.TwoLevel => Cr4Bits.PageSizeExtensions,
            PagingMode.Pae or PagingMode.FourLevel => Cr4Bits.PhysicalAddressExtension,
            _ => 0,
        };
        Cpu->Cr4 |= Cr4Bits.PageGlobal;
        Cpu->Efer = mode switch
        {
            PagingMode.FourLevel => EferBits.LongModeActive | EferBits.NoExecute,
            PagingMode.Pae => EferBits.NoExecute,
            _ => 0,
        };
        Cpu->Mode = mode == PagingMode.FourLevel ? CpuMode.Long64 : CpuMode.Protected32;
        Cpu->Cr3 = cr3;
        Mmu.StateReplaced(Cpu);
        Assert.Equal(mode, Cpu->Mmu.Paging);
    }

    /// <summary>Four levels at pages 1 to 4, of which the last one maps the lowest 2 MiB one to one, writable and for users.</summary>
    public void UseIdentity(ulong leafBits = 7)
    {
        Put(0x1000, 0x2007);
        Put(0x2000, 0x3007);
        Put(0x3000, 0x4007);
        for (ulong i = 0; i < 512; i++)
        {
            Put(0x4000 + (i * 8), (i << 12) | leafBits);
        }

        Use(PagingMode.FourLevel, 0x1000);
    }

    public void Put(ulong address, ulong value) => *(ulong*)(Ram + address) = value;

    public ulong Get(ulong address) => *(ulong*)(Ram + address);

    public void Cpl(uint level)
    {
        Cpu->Cpl = level;
        Mmu.SelectCache(Cpu);
    }

    public void Dispose()
    {
        Mmu.Destroy(Cpu);
        NativeMemory.Free(Cpu->Exit);
        NativeMemory.AlignedFree(Cpu);
        PhysicalMap.Free(_map);
        CodeMap.Destroy(_code);
        foreach (nint host in _host)
        {
            NativeMemory.AlignedFree((void*)host);
        }
    }
}
