using System.Buffers.Binary;
using VmmEngine.Backends;
using VmmEngine.Loaders;
using VmmEngine.Memory;

namespace VmmEngine.Machines.Tests.Hostile;

/// <summary>A machine whose memory, tables and registers come of a seed: in any of the modes, with a random part of what makes the mode work broken.</summary>
internal static unsafe class HostileMachine
{
    public const ulong MemoryBytes = 1 << 20;
    public const int Vcpus = 3;
    private const uint Start = 0x4_0000;
    private const ulong Gdt = 0xD_0000;
    private const ulong Idt = 0xD_1000;

    /// <summary>Builds one.</summary>
    public static Machine Create(int seed, VcpuScheduling scheduling)
    {
        Random random = new(seed);
        Machine machine = new(Options(scheduling));
        byte[] memory = new byte[MemoryBytes];
        Fill(random, memory);
        machine.Memory.Write(new Gpa(0), memory);

        byte[] code = new byte[0x1_0000];
        new HostileCode(random).Fill(code);
        EntryMode mode = (EntryMode)random.Next(3);
        machine.LoadFlat(code, new Gpa(Start), mode);
        Spoil(random, machine);
        WriteTables(random, machine, mode);
        for (int id = 0; id < Vcpus; id++)
        {
            SetRegisters(random, machine, id, mode);
        }

        machine.Vcpus[1].Start();
        if (random.Next(2) == 0)
        {
            machine.Vcpus[2].Start();
        }

        return machine;
    }

    /// <summary>What it is built with.</summary>
    public static MachineOptions Options(VcpuScheduling scheduling) =>
        new() { Backend = BackendChoice.Software, MemoryBytes = MemoryBytes, Vcpus = Vcpus, Scheduling = scheduling };

    // Entries that look like those of page tables, descriptors and gates, so that some of what is random leads somewhere.
    private static void Fill(Random random, byte[] memory)
    {
        random.NextBytes(memory);
        for (int at = 0; at < memory.Length; at += 8)
        {
            ulong value = random.Next(5) switch
            {
                0 => ((ulong)random.Next((int)(MemoryBytes >> 12)) << 12) | (uint)random.Next(0x1000) | 3,
                1 => 0x00CF_9A00_0000_FFFF ^ (1UL << random.Next(64)),
                2 => 0x0000_8E00_0008_0000ul | (Start + (uint)random.Next(0x1_0000) & 0xFFFF) | ((ulong)(Start >> 16) << 48),
                3 => 0x0000_8900_0000_0067ul | ((ulong)random.Next(0x1_0000) << 16),
                _ => BinaryPrimitives.ReadUInt64LittleEndian(memory.AsSpan(at)),
            };
            BinaryPrimitives.WriteUInt64LittleEndian(memory.AsSpan(at), value);
        }
    }

    // Single bits in the page tables that the loader has written.
    private static void Spoil(Random random, Machine machine)
    {
        CpuRegisters registers = default;
        machine.Vcpus[0].ReadRegisters(RegisterGroups.System, ref registers);
        byte[] one = new byte[1];
        for (int i = random.Next(4); i > 0; i--)
        {
            Gpa address = new((registers.Cr3 + (ulong)random.Next(0x3000)) % MemoryBytes);
            machine.Memory.Read(address, one);
            one[0] ^= (byte)(1 << random.Next(8));
            machine.Memory.Write(address, one);
        }
    }

    // Exceptions and interrupts lead into the code, so that a guest is not over with its first one.
    private static void WriteTables(Random random, Machine machine, EntryMode mode)
    {
        CpuRegisters registers = default;
        machine.Vcpus[0].ReadRegisters(RegisterGroups.System, ref registers);
        byte[] table = new byte[0x1000];
        if (mode != EntryMode.Real)
        {
            Write(random, table, registers.Cs.Selector, mode == EntryMode.Long ? 0x00AF_9B00_0000_FFFFul : 0x00CF_9B00_0000_FFFFul);
            Write(random, table, registers.Ss.Selector, 0x00CF_9300_0000_FFFF);
            Write(random, table, 0x40, 0x0000_8900_0000_0067ul | (Idt << 16));
            machine.Memory.Write(new Gpa(Gdt), table);
        }

        for (int vector = 0; vector < 256; vector++)
        {
            uint target = (uint)random.Next(0x1_0000);
            ulong gate = (Start + target & 0xFFFF) | ((ulong)registers.Cs.Selector << 16) | (0x8E00ul << 32) | ((ulong)(Start >> 16) << 48);
            if (mode == EntryMode.Real)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(vector * 4), target | (Start << 12));
            }
            else
            {
                Write(random, table, vector * (mode == EntryMode.Long ? 16 : 8), gate);
            }
        }

        machine.Memory.Write(new Gpa(mode == EntryMode.Real ? 0 : Idt), mode == EntryMode.Real ? table.AsSpan(0, 0x400) : table);
    }

    // One in sixteen has a bit that is wrong.
    private static void Write(Random random, byte[] table, int at, ulong entry)
    {
        entry ^= random.Next(16) == 0 ? 1UL << random.Next(64) : 0;
        BinaryPrimitives.WriteUInt64LittleEndian(table.AsSpan(at & ~7), entry);
    }

    private static void SetRegisters(Random random, Machine machine, int id, EntryMode mode)
    {
        CpuRegisters good = default;
        machine.Vcpus[0].ReadRegisters(RegisterGroups.All, ref good);
        for (int i = 0; i < 16; i++)
        {
            good.General[i] = random.Next(2) == 0 ? (ulong)random.Next((int)MemoryBytes) : (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        }

        good.General[4] = (ulong)random.Next(0x1_0000, 0x4_0000) & ~7ul;
        good.Rip = (good.Cs.Base == 0 ? Start : 0) + (ulong)random.Next(0x1_0000);
        good.Gdtr = new DescriptorTable { Base = Gdt, Limit = 0xFFF };
        good.Idtr = mode == EntryMode.Real ? new DescriptorTable { Limit = 0x3FF } : new DescriptorTable { Base = Idt, Limit = 0xFFF };
        CpuRegisters strange = good;
        for (int i = random.Next(3); i > 0; i--)
        {
            Change(random, ref strange);
        }

        try
        {
            machine.Vcpus[id].WriteRegisters(RegisterGroups.All, in strange);
        }
        catch (MachineException)
        {
            machine.Vcpus[id].WriteRegisters(RegisterGroups.All, in good); // what no processor has cannot be given to one
        }
    }

    private static void Change(Random random, ref CpuRegisters registers)
    {
        ulong bit = 1UL << random.Next(64);
        switch (random.Next(12))
        {
            case 0: registers.Cr0 ^= bit & 0xE005_003F; break;
            case 1: registers.Cr4 ^= bit & 0x3F_FFFF; break;
            case 2: registers.Efer ^= bit & 0x4D01; break;
            case 3: registers.Rflags ^= bit & 0x3F_FFFF; break;
            case 4: registers.Cr3 = (ulong)random.Next((int)MemoryBytes); break;
            case 5: registers.Cs.Access ^= (uint)bit & 0xF0FF; break;
            case 6: registers.Ss.Access ^= (uint)bit & 0xF0FF; break;
            case 7: registers.Tr = new SegmentRegister { Base = (ulong)random.Next((int)MemoryBytes), Limit = 0x200, Access = 0x8B, Selector = 0x40 }; break;
            case 8: registers.Dr7 ^= bit & 0xFFFF_FFFF; break;
            case 9: registers.Rip ^= bit; break;
            case 10: registers.Ds.Base ^= bit; break;
            default: registers.Lstar = (ulong)random.NextInt64(long.MinValue, long.MaxValue); break;
        }
    }
}
