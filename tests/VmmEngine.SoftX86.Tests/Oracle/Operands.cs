using Iced.Intel;

namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>Builds an instruction of a form with random registers, addressing and immediates.</summary>
internal static class Operands
{
    private static readonly Register[] s_bytes =
    [
        Register.AL, Register.CL, Register.DL, Register.BL, Register.AH, Register.CH, Register.DH, Register.BH,
        Register.BPL, Register.SIL, Register.DIL, Register.R8L, Register.R12L, Register.R15L,
    ];

    /// <summary>The operand is memory, or may be.</summary>
    public static bool MayBeMemory(OpCodeOperandKind kind) => IsMemoryOnly(kind) || IsEither(kind);

    /// <summary>The operand is an address in RSI or RDI.</summary>
    public static bool IsString(OpCodeOperandKind kind) => kind is OpCodeOperandKind.seg_rSI or OpCodeOperandKind.es_rDI;

    /// <summary>The operand is memory and nothing else.</summary>
    public static bool IsMemoryOnly(OpCodeOperandKind kind) =>
        kind is OpCodeOperandKind.mem or OpCodeOperandKind.mem_offs or OpCodeOperandKind.seg_rSI or OpCodeOperandKind.es_rDI
            or OpCodeOperandKind.seg_rDI or OpCodeOperandKind.seg_rBX_al;

    /// <summary>An instruction of <paramref name="form"/>, or null when this draw cannot be encoded (a REX prefix with AH, for one).</summary>
    public static Instruction? TryBuild(InstructionForm form, Random random, out byte[] bytes)
    {
        OpCodeInfo info = form.Code.ToOpCode();
        Instruction instruction = default;
        instruction.Code = form.Code;
        for (int i = 0; i < info.OpCount; i++)
        {
            SetOperand(ref instruction, i, info.GetOpKind(i), form, random);
        }

        instruction.HasLockPrefix = form.Prefix == FormPrefix.Lock;
        instruction.HasRepePrefix = form.Prefix == FormPrefix.Rep;
        instruction.HasRepnePrefix = form.Prefix == FormPrefix.Repne;
        return TryEncode(instruction, out bytes);
    }

    private static bool IsEither(OpCodeOperandKind kind) =>
        kind is OpCodeOperandKind.r8_or_mem or OpCodeOperandKind.r16_or_mem or OpCodeOperandKind.r32_or_mem or OpCodeOperandKind.r64_or_mem
            or OpCodeOperandKind.xmm_or_mem or OpCodeOperandKind.mm_or_mem;

    private static Instruction? TryEncode(in Instruction instruction, out byte[] bytes)
    {
        var writer = new ListWriter();
        bytes = [];
        if (!Encoder.Create(64, writer).TryEncode(instruction, 0, out _, out _))
        {
            return null;
        }

        bytes = [.. writer.Bytes];
        Decoder decoder = Decoder.Create(64, new ByteArrayCodeReader(bytes));
        Instruction decoded = decoder.Decode();

        // 90 is NOP and not XCHG EAX, EAX; such draws belong to another form.
        return decoded.Code == instruction.Code ? decoded : null;
    }

    private static void SetOperand(ref Instruction instruction, int i, OpCodeOperandKind kind, InstructionForm form, Random random)
    {
        if (IsEither(kind) ? form.Memory : kind == OpCodeOperandKind.mem)
        {
            SetMemory(ref instruction, i, random);
            return;
        }

        switch (kind)
        {
            case OpCodeOperandKind.seg_rSI:
                SetKind(ref instruction, i, OpKind.MemorySegRSI);
                return;
            case OpCodeOperandKind.es_rDI:
                SetKind(ref instruction, i, OpKind.MemoryESRDI);
                return;
            case OpCodeOperandKind.seg_rDI:
                SetKind(ref instruction, i, OpKind.MemorySegRDI);
                return;
            case OpCodeOperandKind.seg_rBX_al:
                SetKind(ref instruction, i, OpKind.Memory);
                instruction.MemoryBase = Register.RBX;
                instruction.MemoryIndex = Register.AL;
                instruction.MemoryIndexScale = 1;
                return;
            case OpCodeOperandKind.mem_offs:
                SetKind(ref instruction, i, OpKind.Memory);
                instruction.MemoryDisplacement64 = GuestData.Address + 128 + (ulong)random.Next(64);
                instruction.MemoryDisplSize = 8;
                return;
        }

        if (ImmediateKind(kind) is { } immediate)
        {
            SetKind(ref instruction, i, immediate);
            instruction.SetImmediate(i, kind == OpCodeOperandKind.imm8_const_1 ? 1 : Immediate(immediate, random));
            return;
        }

        instruction.SetOpKind(i, OpKind.Register);
        instruction.SetOpRegister(i, RegisterOf(kind, random));
    }

    private static void SetKind(ref Instruction instruction, int i, OpKind kind) => instruction.SetOpKind(i, kind);

    private static void SetMemory(ref Instruction instruction, int i, Random random)
    {
        SetKind(ref instruction, i, OpKind.Memory);
        bool narrow = random.Next(8) == 0;
        Register first = narrow ? Register.EAX : Register.RAX;
        instruction.MemoryDisplSize = narrow ? 4 : 8;
        if (random.Next(8) == 0)
        {
            instruction.MemoryDisplacement64 = GuestData.Address + 128 + (16 * (ulong)random.Next(8));
            return;
        }

        instruction.MemoryBase = first + General(random);
        if (random.Next(3) == 0)
        {
            instruction.MemoryIndex = first + General(random);
            instruction.MemoryIndexScale = 1 << random.Next(4);
        }

        long displacement = random.Next(3) switch { 0 => 0, 1 => random.Next(-128, 128), _ => random.Next(int.MinValue, int.MaxValue) };
        instruction.MemoryDisplacement64 = narrow ? (uint)displacement : (ulong)displacement;
    }

    private static OpKind? ImmediateKind(OpCodeOperandKind kind) => kind switch
    {
        OpCodeOperandKind.imm8 or OpCodeOperandKind.imm8_const_1 => OpKind.Immediate8,
        OpCodeOperandKind.imm8sex16 => OpKind.Immediate8to16,
        OpCodeOperandKind.imm8sex32 => OpKind.Immediate8to32,
        OpCodeOperandKind.imm8sex64 => OpKind.Immediate8to64,
        OpCodeOperandKind.imm16 => OpKind.Immediate16,
        OpCodeOperandKind.imm32 => OpKind.Immediate32,
        OpCodeOperandKind.imm32sex64 => OpKind.Immediate32to64,
        OpCodeOperandKind.imm64 => OpKind.Immediate64,
        _ => null,
    };

    private static long Immediate(OpKind kind, Random random)
    {
        long value = (long)Values.Integer(random);
        return kind switch
        {
            OpKind.Immediate8 => (byte)value,
            OpKind.Immediate8to16 or OpKind.Immediate8to32 or OpKind.Immediate8to64 => (sbyte)value,
            OpKind.Immediate16 => (ushort)value,
            OpKind.Immediate32 => (uint)value,
            OpKind.Immediate32to64 => (int)value,
            _ => value,
        };
    }

    private static Register RegisterOf(OpCodeOperandKind kind, Random random) => kind switch
    {
        OpCodeOperandKind.al => Register.AL,
        OpCodeOperandKind.cl => Register.CL,
        OpCodeOperandKind.ax => Register.AX,
        OpCodeOperandKind.dx => Register.DX,
        OpCodeOperandKind.eax => Register.EAX,
        OpCodeOperandKind.rax => Register.RAX,
        OpCodeOperandKind.st0 => Register.ST0,
        OpCodeOperandKind.sti_opcode => Register.ST0 + random.Next(8),
        OpCodeOperandKind.r8_or_mem or OpCodeOperandKind.r8_reg or OpCodeOperandKind.r8_opcode => s_bytes[random.Next(s_bytes.Length)],
        OpCodeOperandKind.r16_or_mem or OpCodeOperandKind.r16_reg or OpCodeOperandKind.r16_rm or OpCodeOperandKind.r16_opcode =>
            Register.AX + General(random),
        OpCodeOperandKind.r32_or_mem or OpCodeOperandKind.r32_reg or OpCodeOperandKind.r32_rm or OpCodeOperandKind.r32_opcode =>
            Register.EAX + General(random),
        OpCodeOperandKind.r64_or_mem or OpCodeOperandKind.r64_reg or OpCodeOperandKind.r64_rm or OpCodeOperandKind.r64_opcode =>
            Register.RAX + General(random),
        OpCodeOperandKind.xmm_or_mem or OpCodeOperandKind.xmm_reg or OpCodeOperandKind.xmm_rm => Register.XMM0 + random.Next(16),
        OpCodeOperandKind.mm_or_mem or OpCodeOperandKind.mm_reg or OpCodeOperandKind.mm_rm => Register.MM0 + random.Next(8),
        _ => throw new NotSupportedException($"operand kind {kind}"),
    };

    /// <summary>A general register's number, but RSP's.</summary>
    private static int General(Random random) => random.Next(15) is int number && number >= 4 ? number + 1 : number;

    private sealed class ListWriter : CodeWriter
    {
        public List<byte> Bytes { get; } = [];

        public override void WriteByte(byte value) => Bytes.Add(value);
    }
}
