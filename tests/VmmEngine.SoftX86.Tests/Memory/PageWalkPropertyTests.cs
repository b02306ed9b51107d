using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86.Tests.Memory;

/// <summary>Random tables, random addresses, random rights, against <see cref="ReferenceWalker"/>: result, error code, and every marked entry.</summary>
public sealed unsafe class PageWalkPropertyTests
{
    private const int Pages = 32;
    private const int Rounds = 150;
    private const int Accesses = 80;

    [Theory]
    [InlineData(PagingMode.TwoLevel, 1)]
    [InlineData(PagingMode.Pae, 2)]
    [InlineData(PagingMode.FourLevel, 3)]
    internal void AWalkIsTheManuals(PagingMode mode, int seed)
    {
        Random random = new(seed);
        using MemoryProcessor processor = new(Pages);
        int translated = 0;
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            Fill(random, processor, mode);
            Cpu* cpu = processor.Cpu;
            processor.Use(mode, Cr3(random, mode));
            cpu->Cr4 |= Maybe(random, Cr4Bits.SupervisorExecutionPrevention) | Maybe(random, Cr4Bits.SupervisorAccessPrevention);
            cpu->Cr0 ^= Maybe(random, Cr0Bits.WriteProtect);
            cpu->Cr4 ^= mode == PagingMode.TwoLevel && random.Next(4) == 0 ? Cr4Bits.PageSizeExtensions : 0;
            cpu->Efer ^= random.Next(3) == 0 ? EferBits.NoExecute : 0;
            cpu->Rflags = Maybe(random, FlagBits.AlignmentCheck);
            cpu->Cpl = random.Next(2) == 0 ? 0u : 3;
            Mmu.StateReplaced(cpu);

            for (int i = 0; i < Accesses; i++)
            {
                ulong linear = Address(random, mode);
                Access access = random.Next(4) switch { 0 => Access.Write, 1 => Access.Execute, 2 => Access.System, _ => Access.Read };
                byte[] before = processor.Bytes.ToArray();
                ReferenceResult expected = Reference(cpu, mode, before).Walk(
                    linear,
                    write: access == Access.Write,
                    fetch: access == Access.Execute,
                    user: cpu->Cpl == 3 && access != Access.System,
                    alignmentCheck: (cpu->Rflags & FlagBits.AlignmentCheck) != 0 && access != Access.System);

                Mmu.FlushAll(cpu);
                bool actual = Mmu.TryTranslate(cpu, linear, access, out ulong physical);
                Assert.Equal(expected.Translated, actual);
                if (actual)
                {
                    translated++;
                    Assert.Equal(expected.Physical, physical);
                    Mark(before, expected.Marked, access == Access.Write);
                }
                else
                {
                    refused++;
                    Assert.Equal(expected.Error, cpu->Exception.ErrorCode);
                    Assert.Equal(Vectors.PageFault, cpu->Exception.Vector);
                    Assert.Equal(linear, cpu->Exception.Address);
                }

                Assert.True(processor.Bytes.SequenceEqual(before), "accessed and dirty bits");
            }
        }

        // A generator of tables that never lets anything through tests nothing.
        Assert.True(translated > 1000, $"{translated} translated");
        Assert.True(refused > 1000, $"{refused} refused");
    }

    private static ReferenceWalker Reference(Cpu* cpu, PagingMode mode, byte[] memory) => new()
    {
        Mode = mode,
        Cr3 = cpu->Cr3,
        DirectoryPointers = [cpu->Mmu.DirectoryPointers[0], cpu->Mmu.DirectoryPointers[1], cpu->Mmu.DirectoryPointers[2], cpu->Mmu.DirectoryPointers[3]],
        WriteProtect = (cpu->Cr0 & Cr0Bits.WriteProtect) != 0,
        PageSizeExtensions = (cpu->Cr4 & Cr4Bits.PageSizeExtensions) != 0,
        NoExecute = (cpu->Efer & EferBits.NoExecute) != 0,
        Smep = (cpu->Cr4 & Cr4Bits.SupervisorExecutionPrevention) != 0,
        Smap = (cpu->Cr4 & Cr4Bits.SupervisorAccessPrevention) != 0,
        Read = (address, size) => address + (ulong)size > (ulong)memory.Length
            ? ulong.MaxValue >> (64 - (size * 8))
            : size == 4 ? MemoryMarshal.Read<uint>(memory.AsSpan((int)address)) : MemoryMarshal.Read<ulong>(memory.AsSpan((int)address)),
    };

    private static ulong Maybe(Random random, ulong bit) => random.Next(2) == 0 ? 0 : bit;

    private static void Mark(byte[] memory, ulong[] path, bool write)
    {
        foreach (ulong address in path.Where(address => address < (ulong)memory.Length))
        {
            memory[address] |= 0x20;
        }

        if (write && path[^1] < (ulong)memory.Length)
        {
            memory[path[^1]] |= 0x40;
        }
    }

    private static ulong Cr3(Random random, PagingMode mode)
    {
        ulong table = mode == PagingMode.Pae && random.Next(10) != 0 ? (ulong)random.Next(128) << 5 : (ulong)random.Next(Pages) << 12;
        return random.Next(40) == 0 ? 0xFFFF_F000 : table;
    }

    // Few different indices, so that entries are met again.
    private static ulong Address(Random random, PagingMode mode)
    {
        if (mode == PagingMode.FourLevel)
        {
            ulong address = (ulong)random.NextInt64() & 0x0000_0180_C060_3FFF;
            return random.Next(2) == 0 ? address : address | 0xFFFF_8000_0000_0000;
        }

        return (ulong)random.NextInt64() & 0xC0C0_3FFF;
    }

    private static void Fill(Random random, MemoryProcessor processor, PagingMode mode)
    {
        Span<byte> bytes = processor.Bytes;
        int size = mode == PagingMode.TwoLevel ? 4 : 8;
        for (int at = 0; at < bytes.Length; at += size)
        {
            ulong entry = ((ulong)random.Next(Pages) << 12) | (uint)(random.Next(8) | 1 | (random.Next(3) != 0 ? 6 : 0));
            entry |= (uint)(random.Next(512) & random.Next(512)) & 0x168ul;
            entry ^= random.Next(12) switch
            {
                0 => 1,
                1 => 0x80,
                2 => 0x80 | ((ulong)random.Next(Pages) << 12), // a large page with an aligned address
                3 => 1ul << random.Next(size * 8),
                4 => size == 8 ? 1ul << 63 : 0x20_0000,
                _ => 0,
            };
            if ((entry & 0x80) != 0 && random.Next(2) == 0)
            {
                entry &= ~0x3FFF_F000ul;
            }

            if (size == 4)
            {
                MemoryMarshal.Write(bytes[at..], (uint)entry);
            }
            else
            {
                MemoryMarshal.Write(bytes[at..], entry);
            }
        }

        if (mode == PagingMode.Pae)
        {
            // Page 0 is for the directory pointers, which mostly have no reserved bits.
            for (int at = 0; at < (int)MemoryProcessor.Page; at += size)
            {
                MemoryMarshal.Write(bytes[at..], MemoryMarshal.Read<ulong>(bytes[at..]) & 0x0000_3FFF_FFFF_FE19);
            }
        }
    }
}
