using System.Runtime.InteropServices;
using Iced.Intel;

namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>Random states in which a given instruction neither faults nor leaves the data page.</summary>
internal static unsafe class StatePreparation
{
    private const ulong StatusFlags = 0x8D5, Direction = 0x400, AlwaysSet = 0x202;

    /// <summary>Fills <paramref name="state"/> and <paramref name="data"/>, or says that this instruction admits no such state.</summary>
    public static bool TryPrepare(in Instruction instruction, Random random, out MachineState state, Span<byte> data)
    {
        Randomize(random, out state, data);
        return TryPlace(instruction, ref state, random) && TryAvoidFault(instruction, ref state, data, random) && IsInside(instruction, state);
    }

    /// <summary>Any state, in which every exception of x87 and SSE is masked.</summary>
    public static void Randomize(Random random, out MachineState state, Span<byte> data)
    {
        state = default;
        for (int i = 0; i < 16; i++)
        {
            state.General[i] = Values.Integer(random);
        }

        state.Rflags = AlwaysSet | ((ulong)random.Next(0x1000) & StatusFlags) | (random.Next(4) == 0 ? Direction : 0);
        RandomizeFx(ref state.Fx, random);
        Span<UInt128> vectors = MemoryMarshal.Cast<byte, UInt128>(data);
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] = random.Next(4) == 0 ? Values.Extended(random) : Values.Vector(random);
        }
    }

    /// <summary>The linear address of <paramref name="memory"/>.</summary>
    public static ulong AddressOf(in UsedMemory memory, MachineState state) =>
        memory.GetVirtualAddress(0, (register, _, _) => ReadRegister(state, register));

    /// <summary>The value of a general register, or 0 for a segment register's base.</summary>
    public static ulong ReadRegister(in MachineState state, Register register)
    {
        if (!register.IsGPR())
        {
            return 0;
        }

        ulong value = state.General[register.GetFullRegister() - Register.RAX];
        return register switch
        {
            >= Register.AH and <= Register.BH => (byte)(state.General[register - Register.AH] >> 8),
            _ => register.GetSize() == 8 ? value : value & ((1ul << (8 * register.GetSize())) - 1),
        };
    }

    private static void RandomizeFx(ref FxImage fx, Random random)
    {
        // All exceptions masked; rounding, precision, FTZ and DAZ at random. Precision control 1 is reserved.
        fx.Control = (ushort)(0x7F | (random.Next(2) == 0 ? 0x300 : random.Next(3) switch { 0 => 0, 1 => 0x200, _ => 0x300 }));
        fx.Control |= (ushort)(random.Next(2) == 0 ? 0 : random.Next(4) << 10);
        fx.Status = (ushort)((random.Next(8) << 11) | (random.Next(2) == 0 ? 0 : random.Next(0x80)) | (random.Next(16) & 7) << 8);
        fx.Status &= 0x7F7F;
        fx.Valid = (byte)(random.Next(3) == 0 ? random.Next(256) : 0xFF);
        fx.Mxcsr = 0x1F80 | (uint)(random.Next(2) == 0 ? 0 : random.Next(4) << 13) | (random.Next(4) == 0 ? 0x8000u : 0) | (random.Next(4) == 0 ? 0x40u : 0)
            | (uint)(random.Next(2) == 0 ? 0 : random.Next(64));
        for (int i = 0; i < 8; i++)
        {
            fx.Stack[i] = Values.Extended(random);
        }

        for (int i = 0; i < 16; i++)
        {
            fx.Xmm[i] = Values.Vector(random);
        }
    }

    /// <summary>Makes every memory operand lie in the data, by way of its base or index register.</summary>
    private static bool TryPlace(in Instruction instruction, ref MachineState state, Random random)
    {
        InstructionInfo info = new InstructionInfoFactory().GetInfo(instruction);
        bool bits = instruction.Mnemonic is Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc
            && instruction.Op0Kind == OpKind.Memory && instruction.Op1Kind == OpKind.Register;
        if (bits)
        {
            int register = instruction.Op1Register.GetFullRegister() - Register.RAX;
            ulong offset = (ulong)random.Next(-256, 256), mask = instruction.Op1Register.GetSize() switch { 2 => 0xFFFF, 4 => 0xFFFF_FFFF, _ => ulong.MaxValue };
            state.General[register] = (state.General[register] & ~mask) | (offset & mask);
        }

        if (instruction.HasRepePrefix || instruction.HasRepnePrefix)
        {
            state.General[1] = (ulong)random.Next(6);
        }

        foreach (UsedMemory memory in info.GetUsedMemory())
        {
            bool aligned = random.Next(2) == 0 || instruction.MemorySize.GetSize() >= 16 && !IsUnaligned(instruction.Mnemonic);
            ulong wanted = GuestData.Address + 128 + (ulong)(aligned ? 16 * random.Next(16) : random.Next(256));
            if (instruction.Mnemonic == Mnemonic.Cmpxchg16b)
            {
                wanted &= ~15ul;
            }

            Register adjusted = memory.Base != Register.None ? memory.Base : memory.Index;
            if (adjusted == Register.None)
            {
                continue;
            }

            if (adjusted == memory.Base && memory.Index.GetFullRegister() == memory.Base.GetFullRegister()
                || adjusted == memory.Index && memory.Scale != 1
                || bits && adjusted.GetFullRegister() == instruction.Op1Register.GetFullRegister())
            {
                return false;
            }

            ulong distance = wanted - AddressOf(memory, state);
            int number = adjusted.GetFullRegister() - Register.RAX;
            ulong sum = state.General[number] + distance;
            state.General[number] = adjusted.GetSize() == 4 ? (state.General[number] & ~0xFFFF_FFFFul) | (uint)sum : sum;
        }

        return true;
    }

    private static bool IsUnaligned(Mnemonic mnemonic) => mnemonic is Mnemonic.Movups or Mnemonic.Movupd or Mnemonic.Movdqu;

    /// <summary>Placing one operand may have moved another that shares the register; the displacement alone may lie elsewhere.</summary>
    private static bool IsInside(in Instruction instruction, in MachineState state)
    {
        InstructionInfo info = new InstructionInfoFactory().GetInfo(instruction);
        foreach (UsedMemory memory in info.GetUsedMemory())
        {
            ulong address = AddressOf(memory, state);
            if (address < GuestData.Address + 64 || address >= GuestData.Address + GuestData.Length - 64)
            {
                return false;
            }

            bool mustAlign = instruction.MemorySize.GetSize() >= 16 && !IsUnaligned(instruction.Mnemonic);
            if (mustAlign && (address & 15) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryAvoidFault(in Instruction instruction, ref MachineState state, Span<byte> data, Random random)
    {
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Div or Mnemonic.Idiv:
                return TryMakeDivisible(instruction, ref state, data, random);
            case Mnemonic.Ldmxcsr:
                MemoryMarshal.Write(Operand(instruction, state, data), 0x1F80u | ((uint)random.Next(0x10000) & 0xE07F));
                return true;
            case Mnemonic.Fldcw:
                MemoryMarshal.Write(Operand(instruction, state, data), (ushort)(0x7F | (random.Next(0x10000) & 0x1C00) | (random.Next(2) == 0 ? 0 : 0x300)));
                return true;
            case Mnemonic.Cmpxchg when random.Next(2) == 0:
                ulong expected = instruction.Op0Kind == OpKind.Register
                    ? ReadRegister(state, instruction.Op0Register)
                    : MemoryMarshal.Read<ulong>(Operand(instruction, state, data));
                bool conflicts = instruction.Op0Kind == OpKind.Memory && (instruction.MemoryBase.GetFullRegister() == Register.RAX
                    || instruction.MemoryIndex.GetFullRegister() == Register.RAX);
                state.General[0] = conflicts ? state.General[0] : expected;
                return true;
            case Mnemonic.Cmpxchg8b or Mnemonic.Cmpxchg16b when random.Next(2) == 0:
                return TryMatchPair(instruction, ref state, data);
            default:
                return true;
        }
    }

    private static bool TryMatchPair(in Instruction instruction, ref MachineState state, Span<byte> data)
    {
        Register first = instruction.MemoryBase.GetFullRegister(), second = instruction.MemoryIndex.GetFullRegister();
        if (first is Register.RAX or Register.RDX || second is Register.RAX or Register.RDX)
        {
            return false;
        }

        Span<byte> operand = Operand(instruction, state, data);
        bool wide = instruction.Mnemonic == Mnemonic.Cmpxchg16b;
        state.General[0] = wide ? MemoryMarshal.Read<ulong>(operand) : MemoryMarshal.Read<uint>(operand);
        state.General[2] = wide ? MemoryMarshal.Read<ulong>(operand[8..]) : MemoryMarshal.Read<uint>(operand[4..]);
        return true;
    }

    /// <summary>A dividend whose quotient fits: the sign- or zero-extended lower half, and a divisor that is neither 0 nor -1.</summary>
    private static bool TryMakeDivisible(in Instruction instruction, ref MachineState state, Span<byte> data, Random random)
    {
        int size = instruction.Op0Kind == OpKind.Register ? instruction.Op0Register.GetSize() : instruction.MemorySize.GetSize();
        Register[] used = [instruction.Op0Register.GetFullRegister(), instruction.MemoryBase.GetFullRegister(), instruction.MemoryIndex.GetFullRegister()];
        if (used.Contains(Register.RAX) || used.Contains(Register.RDX))
        {
            return false;
        }

        ulong mask = size == 8 ? ulong.MaxValue : (1ul << (8 * size)) - 1;
        ulong divisor = (instruction.Op0Kind == OpKind.Register
            ? ReadRegister(state, instruction.Op0Register)
            : MemoryMarshal.Read<ulong>(Operand(instruction, state, data))) & mask;
        bool signed = instruction.Mnemonic == Mnemonic.Idiv;
        if (divisor == 0 || signed && divisor == mask)
        {
            return false;
        }

        // The high half: any value below the divisor, or for the signed forms the sign of the low half.
        bool negative = (state.General[0] >> ((8 * size) - 1) & 1) != 0;
        ulong high = !signed ? Values.Integer(random) % divisor : negative ? mask : 0;
        if (size == 1)
        {
            state.General[0] = (state.General[0] & ~0xFF00ul) | (high << 8);
        }
        else
        {
            state.General[2] = size == 2 ? (state.General[2] & ~mask) | high : high;
        }

        return true;
    }

    private static Span<byte> Operand(in Instruction instruction, in MachineState state, Span<byte> data)
    {
        UsedMemory memory = new InstructionInfoFactory().GetInfo(instruction).GetUsedMemory().First();
        ulong offset = AddressOf(memory, state) - GuestData.Address;
        return offset < GuestData.Length - 16 ? data[(int)offset..] : new byte[16];
    }
}
