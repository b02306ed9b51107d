using System.Runtime.CompilerServices;
using VmmEngine.Exploration.States;

namespace VmmEngine.Exploration;

/// <summary>Memory at the end of a complete schedule, every store performed.</summary>
public readonly ref struct FinalMemory
{
    private readonly World _world;
    private readonly WorldState _state;

    internal FinalMemory(World world, WorldState state)
    {
        _world = world;
        _state = state;
    }

    /// <summary>The value of a word of the world.</summary>
    /// <param name="word">The word, as the threads name it.</param>
    public unsafe uint this[uint* word]
    {
        get
        {
            // First the index: a word that no thread has touched becomes a variable here, and memory grows by it.
            int variable = _world.VariableAt((nint)word, sizeof(uint));
            return (uint)_state.Memory[variable];
        }
    }
}
