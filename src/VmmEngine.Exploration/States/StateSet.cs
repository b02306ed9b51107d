namespace VmmEngine.Exploration.States;

/// <summary>The states seen so far, numbered from 0 in the order of their discovery. Keys are compared in full, so two states are never taken for one.</summary>
internal sealed class StateSet
{
    private const int ChunkBits = 22;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly List<byte[]> _chunks = [new byte[ChunkSize]];
    private long _end;
    private (long Offset, int Length, uint Hash)[] _states = new (long, int, uint)[1 << 10];
    private int[] _buckets = new int[1 << 11];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int state]
    {
        get
        {
            (long offset, int length, _) = _states[state];
            return _chunks[(int)(offset >> ChunkBits)].AsSpan((int)(offset & (ChunkSize - 1)), length);
        }
    }

    /// <summary>The number of the state with this key; <paramref name="added"/> says whether it is new.</summary>
    public int Add(ReadOnlySpan<byte> key, out bool added)
    {
        uint hash = HashOf(key);
        int mask = _buckets.Length - 1;
        int bucket = (int)hash & mask;
        while (_buckets[bucket] != 0)
        {
            int known = _buckets[bucket] - 1;
            if (_states[known].Hash == hash && this[known].SequenceEqual(key))
            {
                added = false;
                return known;
            }

            bucket = (bucket + 1) & mask;
        }

        if (Count == _states.Length)
        {
            Array.Resize(ref _states, 2 * Count);
        }

        _states[Count] = (Keep(key), key.Length, hash);
        _buckets[bucket] = ++Count;
        if (2 * Count > _buckets.Length)
        {
            GrowBuckets();
        }

        added = true;
        return Count - 1;
    }

    // A fixed function instead of HashCode, whose seed differs from process to process: searches are repeatable to the last counter.
    private static uint HashOf(ReadOnlySpan<byte> key)
    {
        ulong hash = 0xCBF29CE484222325;
        int position = 0;
        for (; position + sizeof(ulong) <= key.Length; position += sizeof(ulong))
        {
            hash = Mix(hash ^ BitConverter.ToUInt64(key[position..]));
        }

        ulong rest = 0;
        for (; position < key.Length; position++)
        {
            rest = (rest << 8) | key[position];
        }

        return (uint)(Mix(hash ^ rest ^ ((ulong)key.Length << 56)) >> 16);
    }

    private static ulong Mix(ulong value)
    {
        value *= 0x9E3779B97F4A7C15;
        value ^= value >> 29;
        value *= 0xBF58476D1CE4E5B9;
        return value ^ (value >> 32);
    }

    private long Keep(ReadOnlySpan<byte> key)
    {
        if ((_end & (ChunkSize - 1)) + key.Length > ChunkSize)
        {
            _chunks.Add(new byte[ChunkSize]);
            _end = (long)(_chunks.Count - 1) << ChunkBits;
        }

        long offset = _end;
        key.CopyTo(_chunks[^1].AsSpan((int)(offset & (ChunkSize - 1))));
        _end += key.Length;

        // A chunk filled to its last byte: go on in the next one, or the offset would point past the chunks.
        if (_end == (long)_chunks.Count << ChunkBits)
        {
            _chunks.Add(new byte[ChunkSize]);
        }

        return offset;
    }

    private void GrowBuckets()
    {
        _buckets = new int[2 * _buckets.Length];
        int mask = _buckets.Length - 1;
        for (int state = 0; state < Count; state++)
        {
            int bucket = (int)_states[state].Hash & mask;
            while (_buckets[bucket] != 0)
            {
                bucket = (bucket + 1) & mask;
            }

            _buckets[bucket] = state + 1;
        }
    }
}
