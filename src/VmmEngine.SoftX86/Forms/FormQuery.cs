using System.Numerics;
using Iced.Intel;

namespace VmmEngine.SoftX86;

/// <summary>An instruction as the tables describe it: shape and sizes of its operands.</summary>
internal readonly struct FormQuery
{
    // As in the generator: three bits an operand.
    private const int RegisterOperand = 1;
    private const int MemoryOperandKind = 2;
    private const int ImmediateOperand = 3;
    private const int CountOperand = 4;
    private const int BranchOperand = 5;
    private const int OtherOperand = 7;

    private readonly int _shape;
    private readonly int _countShape;

    /// <summary>Describes an instruction.</summary>
    public FormQuery(in Instruction instruction, CpuMode mode)
    {
        Long = mode == CpuMode.Long64;
        MemoryOperand = -1;
        int operands = instruction.OpCount;
        for (int i = 0; i < operands && i < 3; i++)
        {
            int kind = Kind(in instruction, i);
            _shape |= kind << (3 * i);
            bool isCount = i > 0 && i == operands - 1 && kind == RegisterOperand && instruction.GetOpRegister(i) == Register.CL;
            _countShape |= (isCount ? CountOperand : kind) << (3 * i);
            if (kind == MemoryOperandKind)
            {
                MemoryOperand = i;
            }
        }

        LeftBits = operands > 0 ? Bits(in instruction, 0) : 0;
        int right = operands > 1 && Kind(in instruction, 1) is RegisterOperand or MemoryOperandKind ? Bits(in instruction, 1) : 0;
        RightBits = right != 0 ? right : LeftBits;
    }

    /// <summary>64-bit mode.</summary>
    public bool Long { get; }

    /// <summary>Which operand is in memory, or -1.</summary>
    public int MemoryOperand { get; }

    /// <summary>Bits of the first operand; 0 if it has no size.</summary>
    public int LeftBits { get; }

    /// <summary>Bits of the second operand; the first one's if it is an immediate.</summary>
    public int RightBits { get; }

    /// <summary>The operands' kinds, three bits each.</summary>
    /// <param name="count">Whether CL as last operand is a count.</param>
    public int Shape(bool count) => count ? _countShape : _shape;

    /// <summary>Both sizes as a form's variant has them: binary logarithms of bytes, the first operand's in the upper two bits.</summary>
    /// <param name="count">Whether CL as last operand is a count, which has no size of its own.</param>
    public int Sizes(bool count)
    {
        bool isCount = count && ((_countShape >> 3) & 7) == CountOperand;
        return (Log2(LeftBits) << 2) | Log2(isCount ? LeftBits : RightBits);
    }

    private static int Log2(int bits) => bits < 8 ? 0 : BitOperations.Log2((uint)bits) - 3;

    private static int Kind(in Instruction instruction, int operand) => instruction.GetOpKind(operand) switch
    {
        OpKind.Register => Registers.IsGeneral(instruction.GetOpRegister(operand)) ? RegisterOperand : OtherOperand,
        OpKind.Memory => MemoryOperandKind,
        OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64 => BranchOperand,
        OpKind.Immediate8 or OpKind.Immediate8_2nd or OpKind.Immediate16 or OpKind.Immediate32 or OpKind.Immediate64
            or OpKind.Immediate8to16 or OpKind.Immediate8to32 or OpKind.Immediate8to64 or OpKind.Immediate32to64 => ImmediateOperand,
        _ => OtherOperand,
    };

    private static int Bits(in Instruction instruction, int operand) => instruction.GetOpKind(operand) switch
    {
        OpKind.Register => instruction.GetOpRegister(operand).GetSize() * 8,
        OpKind.Memory => instruction.MemorySize.GetSize() * 8,
        _ => 0,
    };
}
